//! The programmable bootstrap, with its key switch (KS-PBS) and without (PBS).

use crate::timing::time_batch;
use crate::Request;
use std::hint::black_box;
use tfhe::core_crypto::prelude::*;
use tfhe::shortint::atomic_pattern::AtomicPatternServerKey;
use tfhe::shortint::parameters::v1_7::{
    V1_7_PARAM_MESSAGE_1_CARRY_1_KS_PBS_TUNIFORM_2M128, V1_7_PARAM_MESSAGE_2_CARRY_2_KS_PBS_TUNIFORM_2M128,
    V1_7_PARAM_MESSAGE_3_CARRY_3_KS_PBS_TUNIFORM_2M128,
};
use tfhe::shortint::server_key::{LookupTableOwned, ShortintBootstrappingKey};
use tfhe::shortint::{gen_keys, Ciphertext, ClientKey, ServerKey};

pub type Keys = (ClientKey, ServerKey);

pub fn keys(set: &str) -> Keys {
    gen_keys(match set {
        "1_1" => V1_7_PARAM_MESSAGE_1_CARRY_1_KS_PBS_TUNIFORM_2M128,
        "2_2" => V1_7_PARAM_MESSAGE_2_CARRY_2_KS_PBS_TUNIFORM_2M128,
        "3_3" => V1_7_PARAM_MESSAGE_3_CARRY_3_KS_PBS_TUNIFORM_2M128,
        _ => panic!("no parameter set {set}"),
    })
}

pub fn measure(keys: &Keys, request: &Request) -> Option<f64> {
    let (client_key, server_key) = keys;
    let table = server_key.generate_lookup_table(|value| value);
    let mut inputs: Vec<_> = (0..request.batch).map(|_| client_key.encrypt(1)).collect();
    match request.operation.as_str() {
        "KS-PBS" => Some(time_batch(&mut inputs, |input| {
            drop(black_box(server_key.apply_lookup_table(input, &table)));
        })),
        "PBS" => pbs(server_key, &table, inputs),
        _ => None,
    }
}

/// The bootstrap after its key switch: modulus switch, blind rotation and sample extraction.
fn pbs(server_key: &ServerKey, table: &LookupTableOwned, ciphertexts: Vec<Ciphertext>) -> Option<f64> {
    let AtomicPatternServerKey::Standard(pattern) = &server_key.atomic_pattern else { return None };
    let ShortintBootstrappingKey::Classic { bsk, modulus_switch_noise_reduction_key } =
        &pattern.bootstrapping_key
    else {
        return None;
    };
    let fft = Fft::new(bsk.polynomial_size());
    let scratch = blind_rotate_assign_mem_optimized_requirement::<u64>(
        bsk.glwe_size(),
        bsk.polynomial_size(),
        fft.as_view(),
    );
    let log_modulus = bsk.polynomial_size().to_blind_rotation_input_modulus_log();
    let mut inputs: Vec<_> = ciphertexts
        .into_iter()
        .map(|ciphertext| {
            let key = &pattern.key_switching_key;
            let mut small =
                LweCiphertext::new(0u64, key.output_lwe_size(), ciphertext.ct.ciphertext_modulus());
            keyswitch_lwe_ciphertext(key, &ciphertext.ct, &mut small);
            let mut buffers = ComputationBuffers::new();
            buffers.resize(scratch.unaligned_bytes_required());
            (small, buffers, ciphertext.ct)
        })
        .collect();
    Some(time_batch(&mut inputs, |(small, buffers, output)| {
        let switched =
            modulus_switch_noise_reduction_key.lwe_ciphertext_modulus_switch::<usize, _>(small, log_modulus);
        let mut accumulator = table.acc.clone();
        let stack = buffers.stack();
        blind_rotate_assign_mem_optimized(&switched, &mut accumulator, bsk, fft.as_view(), stack);
        extract_lwe_sample_from_glwe_ciphertext(&accumulator, output, MonomialDegree(0));
    }))
}
