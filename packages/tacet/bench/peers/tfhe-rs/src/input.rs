//! Giving ciphertexts new randomness, together.

use crate::timing::time;
use crate::Request;
use tfhe::prelude::*;
use tfhe::shortint::parameters::ReRandomizationParameters;
use tfhe::{
    ClientKey, ConfigBuilder, FheUint64, ReRandomizationContext, ReRandomizationMode, ServerKey,
};

pub fn keys() -> (ClientKey, ServerKey) {
    let parameters = ReRandomizationParameters::DerivedCPKWithoutKeySwitch;
    let config = ConfigBuilder::default().use_dedicated_oprf_key(false);
    tfhe::generate_keys(config.enable_ciphertext_re_randomization(parameters).build())
}

/// The server key is set for all threads.
pub fn measure(client_key: &ClientKey, request: &Request) -> Option<f64> {
    if request.on != "FheUint64" || request.operation != "re-randomize" {
        return None;
    }
    let values: Vec<_> = (0..request.batch as u64).map(|i| FheUint64::encrypt(i, client_key)).collect();
    let nanoseconds = time(|| {
        let mut values = values.clone();
        let mut context = ReRandomizationContext::new(*b"TFHE_Rrd", [[0u8; 48].as_slice()], *b"TFHE_Enc");
        for value in &values {
            context.add_ciphertext(value);
        }
        let mut seeds = context.finalize();
        for value in &mut values {
            let seed = seeds.next_seed().unwrap();
            value.re_randomize(ReRandomizationMode::UseAvailableMode, seed).unwrap();
        }
        values
    });
    Some(nanoseconds / request.batch as f64)
}
