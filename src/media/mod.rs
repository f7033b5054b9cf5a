//! Pictures: checked by their bytes, cleaned, resized, served.
