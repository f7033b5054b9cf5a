//! Other blogs' files become posts.
