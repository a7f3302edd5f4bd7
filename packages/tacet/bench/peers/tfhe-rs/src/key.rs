//! Making, moving and loading keys of the default configuration.

use crate::timing::time;
use crate::Request;
use tfhe::safe_serialization::{safe_deserialize, safe_serialize};
use tfhe::{set_server_key, ClientKey, CompressedServerKey, ConfigBuilder};

/// How many bytes are written and read at most.
const LIMIT: u64 = 1 << 30;

pub fn measure(client_key: &ClientKey, request: &Request) -> Option<f64> {
    let server_key_bytes = || serialized(&CompressedServerKey::new(client_key));
    Some(match (request.on.as_str(), request.operation.as_str()) {
        ("ClientKey", "generate") => time(|| ClientKey::generate(ConfigBuilder::default().build())),
        ("ServerKey", "generate") => time(|| CompressedServerKey::new(client_key)),
        ("ServerKey", "serialize") => {
            let key = CompressedServerKey::new(client_key);
            time(|| serialized(&key))
        }
        ("ServerKey", "deserialize") => {
            let bytes = server_key_bytes();
            time(|| deserialized(&bytes))
        }
        ("ServerKey", "load") => {
            let bytes = server_key_bytes();
            time(|| set_server_key(deserialized(&bytes).decompress()))
        }
        _ => return None,
    })
}

fn serialized(key: &CompressedServerKey) -> Vec<u8> {
    let mut bytes = Vec::new();
    safe_serialize(key, &mut bytes, LIMIT).unwrap();
    bytes
}

fn deserialized(bytes: &[u8]) -> CompressedServerKey {
    safe_deserialize(bytes, LIMIT).unwrap()
}
