//! Real connections, none of which leaves this machine. 127.0.0.1 is opened and plays the public internet; 127.0.0.2
//! stays closed and is the inside, where a trap listens.

macro_rules! assert_refused {
    ($result:expr, $error:pat, $($about:tt)+) => {{
        let result = $result;
        assert!(matches!(&result, Err($error)), "{}: {result:?}", format_args!($($about)+));
    }};
}

/// What may come back, and within which bounds.
mod answers;
/// The other servers, and the names that lead to them.
mod peer;
/// Who may be asked, and what goes along.
mod reach;
