//! Packing results into lists, and unpacking them.

use crate::timing::time;
use crate::Request;
use tfhe::prelude::*;
use tfhe::shortint::parameters::COMP_PARAM_MESSAGE_2_CARRY_2_KS_PBS_TUNIFORM_2M128;
use tfhe::{
    ClientKey, CompressedCiphertextList, CompressedCiphertextListBuilder, ConfigBuilder, FheUint64, ServerKey,
};

pub fn keys() -> (ClientKey, ServerKey) {
    let config = ConfigBuilder::default().enable_compression(COMP_PARAM_MESSAGE_2_CARRY_2_KS_PBS_TUNIFORM_2M128);
    tfhe::generate_keys(config.build())
}

/// The server key is set for all threads.
pub fn measure(client_key: &ClientKey, request: &Request) -> Option<f64> {
    if request.on != "FheUint64" {
        return None;
    }
    let values: Vec<_> = (0..request.batch as u64).map(|i| FheUint64::encrypt(i, client_key)).collect();
    let compress = || -> CompressedCiphertextList {
        let mut builder = CompressedCiphertextListBuilder::new();
        builder.extend(values.iter().cloned());
        builder.build().unwrap()
    };
    let nanoseconds = match request.operation.as_str() {
        "compress" => time(compress),
        "decompress" => {
            let list = compress();
            time(|| (0..values.len()).map(|i| list.get::<FheUint64>(i).unwrap().unwrap()).collect::<Vec<_>>())
        }
        _ => return None,
    };
    Some(nanoseconds / request.batch as f64)
}
