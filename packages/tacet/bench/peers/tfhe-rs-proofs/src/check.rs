//! Checks that TFHE-rs accepts proofs that Tacet made, and refuses those that it was to refuse.

use serde_json::Value;
use tfhe::safe_serialization::safe_deserialize;
use tfhe::zk::CompactPkeProof;
use tfhe_rs_proofs::{from_hex, Case};

fn main() {
    let file = std::env::args().nth(1).expect("the file to check");
    let value: Value = serde_json::from_str(&std::fs::read_to_string(file).unwrap()).unwrap();
    let mut wrong = 0;
    for (i, entry) in value.as_array().unwrap().iter().enumerate() {
        let case = Case::from_json(&entry["case"]);
        let metadata = from_hex(entry["metadata"].as_str().unwrap());
        let bytes = from_hex(entry["proof"].as_str().unwrap());
        let accepted = safe_deserialize::<CompactPkeProof>(bytes.as_slice(), 1 << 20)
            .is_ok_and(|proof| case.crs().verify(&case.list(), &case.key(), &proof, &metadata).is_valid());
        if accepted != entry["valid"].as_bool().unwrap() {
            wrong += 1;
            println!("entry {i}: accepted is {accepted}");
        }
    }
    println!("{wrong} wrong");
    std::process::exit(if wrong == 0 { 0 } else { 1 });
}
