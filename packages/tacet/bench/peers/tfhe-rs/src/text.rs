//! Operations on encrypted texts.

use crate::timing::time;
use crate::Request;
use tfhe::prelude::*;
use tfhe::{ClearString, ClientKey, FheAsciiString};

/// Thirty-two characters, and what is looked for in them.
const TEXT: &str = "the quick brown fox jumps over a";
const PATTERN: &str = "jump";

pub fn measure(key: &ClientKey, request: &Request) -> Option<f64> {
    if request.on != "FheAsciiString" || request.batch != 1 {
        return None;
    }
    let encrypt = || FheAsciiString::try_encrypt(TEXT, key).unwrap();
    let (a, b) = (encrypt(), encrypt());
    let pattern = ClearString::new(PATTERN.to_string());
    Some(match (request.operation.as_str(), request.operand.as_str()) {
        ("eq", "encrypted") => time(|| a.eq(&b)),
        ("contains", "clear") => time(|| a.contains(&pattern)),
        ("toLowerCase", "") => time(|| a.to_lowercase()),
        _ => return None,
    })
}
