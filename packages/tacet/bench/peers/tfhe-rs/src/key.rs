//! Making, moving and loading keys of the default configuration.

use crate::timing::time;
use crate::Request;
use tfhe::core_crypto::prelude::NormalizedHammingWeightBound;
use tfhe::safe_serialization::{safe_deserialize, safe_serialize};
use tfhe::shortint::parameters::*;
use tfhe::xof_key_set::CompressedXofKeySet;
use tfhe::{set_server_key, ClientKey, CompressedServerKey, ConfigBuilder, Tag};

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
        ("KeySet", "generate") => time(key_set),
        ("KeySet", "expand") => {
            let set = key_set();
            time(|| set.decompress())
        }
        _ => return None,
    })
}

/// With the parts for compact lists, lists of results, new randomness and random generation.
fn key_set() -> CompressedXofKeySet {
    let config = ConfigBuilder::default()
        .use_dedicated_compact_public_key_parameters((
            PARAM_PKE_MESSAGE_2_CARRY_2_KS_PBS_TUNIFORM_2M128,
            PARAM_KEYSWITCH_MESSAGE_2_CARRY_2_KS_PBS_TUNIFORM_2M128,
        ))
        .enable_compression(COMP_PARAM_MESSAGE_2_CARRY_2_KS_PBS_TUNIFORM_2M128)
        .enable_ciphertext_re_randomization(ReRandomizationParameters::DerivedCPKWithoutKeySwitch);
    let bound = NormalizedHammingWeightBound::new(0.8).unwrap();
    CompressedXofKeySet::generate(config.build(), vec![9; 32], 128, bound, Tag::default()).unwrap().1
}

fn serialized(key: &CompressedServerKey) -> Vec<u8> {
    let mut bytes = Vec::new();
    safe_serialize(key, &mut bytes, LIMIT).unwrap();
    bytes
}

fn deserialized(bytes: &[u8]) -> CompressedServerKey {
    safe_deserialize(bytes, LIMIT).unwrap()
}
