//! Passwords that are easy to keep in mind and hard to guess.

use diceware_wordlists::Wordlist;
use rand::seq::IndexedRandom as _;

/// 7,776 words, five of them: 64 bits.
const WORDS: usize = 5;

/// A fresh passphrase, such as `cradle sandbox unlit gravy harbor`.
pub fn passphrase() -> String {
    let mut random = rand::rng();
    let words: Vec<&str> =
        (0..WORDS).filter_map(|_| Wordlist::EffLong.get_list().choose(&mut random).copied()).collect();
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_passphrase_is_long_and_never_the_same() {
        let (one, other) = (passphrase(), passphrase());
        assert_ne!(one, other);
        assert_eq!(one.split(' ').count(), WORDS);
        assert!(one.len() >= 15, "{one}");
    }
}
