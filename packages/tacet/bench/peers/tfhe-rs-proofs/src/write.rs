//! Writes proofs, digests of common parameters, and points and pairings, as JSON.

use serde_json::{json, Value};
use sha3::{Digest, Sha3_256};
use tfhe::named::Named;
use tfhe::safe_serialization::safe_serialize;
use tfhe::zk::{Compressible, ZkComputeLoad};
use tfhe::Versionize;
use tfhe_rs_proofs::{hex, Case, CRS_SEED, NOISE_BITS};
use tfhe_zk_pok::curve_api::bls12_446::{Gt, Zp, G1, G2};

fn saved<T: serde::Serialize + Versionize + Named>(value: &T) -> Vec<u8> {
    let mut bytes = Vec::new();
    safe_serialize(value, &mut bytes, 1 << 33).unwrap();
    bytes
}

fn proofs(case: Case, metadata: &[u8], seed: [u8; 16]) -> Value {
    let crs = case.crs();
    let (key, list) = (case.key(), case.list());
    let digest = |bytes: Vec<u8>| json!({ "bytes": bytes.len(), "sha3": hex(&Sha3_256::digest(&bytes)) });
    let mut value = case.to_json();
    value["metadata"] = hex(metadata).into();
    value["seed"] = hex(&seed).into();
    value["noiseBits"] = NOISE_BITS.into();
    value["crsSeed"] = CRS_SEED.into();
    value["crs"] = digest(saved(&crs));
    value["compressedCrs"] = digest(saved(&crs.compress()));
    for (name, load) in [("proof", ZkComputeLoad::Proof), ("verify", ZkComputeLoad::Verify)] {
        let proof = crs.prove(&key, &case.m, &list, &case.r, &case.e1, &case.e2, metadata, load, seed);
        assert!(crs.verify(&list, &key, &proof, metadata).is_valid());
        value["proofs"][name] = hex(&saved(&proof)).into();
    }
    value
}

fn points() -> Vec<Value> {
    [1u64, 2, 3, 1 << 60]
        .map(|scalar| {
            let g1 = G1::GENERATOR.mul_scalar(Zp::from_u64(scalar));
            let g2 = G2::GENERATOR.mul_scalar(Zp::from_u64(scalar + 1));
            json!({
                "scalar": scalar.to_string(),
                "g1": hex(&g1.to_le_bytes()),
                "g2": hex(&g2.to_le_bytes()),
                "pairing": hex(&bincode::serialize(&Gt::pairing(g1, g2)).unwrap()),
            })
        })
        .to_vec()
}

fn main() {
    let file = std::env::args().nth(1).expect("the file to write");
    let value = json!({
        "cases": [
            proofs(Case::random(1, 32, 4, 3, 1), b"tacet", [3; 16]),
            proofs(Case::random(1, 16, 1, 1, 2), &[], [0; 16]),
            proofs(Case::random(2, 32, 4, 3, 3), b"tacet", [5; 16]),
            proofs(Case::random(2, 64, 16, 16, 4), &[7; 1000], [255; 16]),
        ],
        "points": points(),
    });
    std::fs::write(file, serde_json::to_string_pretty(&value).unwrap() + "\n").unwrap();
}
