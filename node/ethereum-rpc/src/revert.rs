// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! What a contract says when it reverts: the reasons that Solidity encodes, in go-ethereum's words.

/// The selector of `Error(string)`.
const ERROR: [u8; 4] = [0x08, 0xc3, 0x79, 0xa0];

/// The selector of `Panic(uint256)`.
const PANIC: [u8; 4] = [0x4e, 0x48, 0x7b, 0x71];

/// The bytes of a word.
const WORD: usize = 32;

/// The message of the error for a call that reverted with `data`: with the reason if there is one
/// that Solidity itself encodes. Custom errors are decoded by clients, who know the contract.
pub fn message(data: &[u8]) -> String {
    match reason(data) {
        Some(reason) => format!("execution reverted: {reason}"),
        None => "execution reverted".into(),
    }
}

/// The reason in `data`, if it is a string or a panic.
pub fn reason(data: &[u8]) -> Option<String> {
    let (selector, body) = data.split_at_checked(4)?;
    if selector == ERROR {
        return string(body);
    }
    if selector == PANIC {
        return number(body.get(..WORD)?).map(panic_reason);
    }
    None
}

/// The string that `body` is the ABI encoding of.
fn string(body: &[u8]) -> Option<String> {
    let offset = number(body.get(..WORD)?)?;
    let start = offset.checked_add(WORD)?;
    let length = number(body.get(offset..start)?)?;
    let text = body.get(start..start.checked_add(length)?)?;
    String::from_utf8(text.to_vec()).ok()
}

/// The number in a word, if it is small.
fn number(word: &[u8]) -> Option<usize> {
    let (high, low) = word.split_at_checked(WORD.checked_sub(4)?)?;
    if high.iter().any(|byte| *byte != 0) {
        return None;
    }
    let low: [u8; 4] = low.try_into().ok()?;
    usize::try_from(u32::from_be_bytes(low)).ok()
}

/// What a panic of Solidity means.
fn panic_reason(code: usize) -> String {
    match code {
        0x00 => "generic panic".into(),
        0x01 => "assert(false)".into(),
        0x11 => "arithmetic underflow or overflow".into(),
        0x12 => "division or modulo by zero".into(),
        0x21 => "enum overflow".into(),
        0x22 => "invalid encoded storage byte array accessed".into(),
        0x31 => "out-of-bounds array access; popping on an empty array".into(),
        0x32 => "out-of-bounds access of an array or bytesN".into(),
        0x41 => "out of memory".into(),
        0x51 => "uninitialized function".into(),
        other => format!("unknown panic code: {other:#x}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn word(number: u8) -> [u8; WORD] {
        let mut word = [0; WORD];
        word[WORD - 1] = number;
        word
    }

    fn error(text: &str) -> Vec<u8> {
        let mut padded = text.as_bytes().to_vec();
        padded.resize(text.len().div_ceil(WORD) * WORD, 0);
        let length = u8::try_from(text.len()).expect("test strings are short");
        [&ERROR[..], &word(32), &word(length), &padded].concat()
    }

    #[test]
    fn a_string_should_follow_the_message() {
        assert_eq!(
            message(&error("not the owner")),
            "execution reverted: not the owner"
        );
    }

    #[test]
    fn a_panic_should_be_explained() {
        let data = [&PANIC[..], &word(0x11)].concat();
        assert_eq!(
            message(&data),
            "execution reverted: arithmetic underflow or overflow"
        );
    }

    #[test]
    fn an_unknown_panic_should_show_its_code() {
        let data = [&PANIC[..], &word(0x99)].concat();
        assert_eq!(
            message(&data),
            "execution reverted: unknown panic code: 0x99"
        );
    }

    #[test]
    fn a_custom_error_should_be_left_to_the_client() {
        assert_eq!(message(&[1, 2, 3, 4, 5]), "execution reverted");
    }

    #[test]
    fn no_data_should_give_the_bare_message() {
        assert_eq!(message(&[]), "execution reverted");
    }

    #[test]
    fn a_string_longer_than_its_data_should_be_no_reason() {
        let mut data = error("short");
        data.truncate(70);
        assert_eq!(reason(&data), None);
    }

    #[test]
    fn a_huge_offset_should_be_no_reason() {
        let data = [&ERROR[..], &[0xff; WORD]].concat();
        assert_eq!(reason(&data), None);
    }
}
