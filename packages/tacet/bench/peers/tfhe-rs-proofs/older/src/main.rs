//! Writes proofs of older versions of TFHE-rs, whose transcripts differ, for a case that the newest has written.

use rand::rngs::StdRng;
use rand::SeedableRng;
use serde_json::{json, Value};
use tfhe_versionable::Versionize;

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn words(value: &Value) -> Vec<i64> {
    let text = value.as_str().unwrap();
    let bytes: Vec<u8> =
        (0..text.len() / 2).map(|i| u8::from_str_radix(&text[2 * i..2 * i + 2], 16).unwrap()).collect();
    bytes.chunks(8).map(|word| i64::from_le_bytes(word.try_into().unwrap())).collect()
}

/// The separators that stand at the end of a CRS, and the identity before them, if there is one.
fn identity(crs: &[u8], count: usize, length: usize, named: bool) -> Value {
    let start = crs.len() - count * (8 + length);
    let separators: Vec<String> =
        crs[start..].chunks(8 + length).map(|separator| hex(&separator[8..])).collect();
    json!({ "separators": separators, "sid": named.then(|| hex(&crs[start - 20..start - 4])) })
}

macro_rules! write_proofs {
    ($zk:ident, $case:expr, [$($commit:expr)?], $prove:expr, $identity:expr) => {{
        use $zk::curve_api::Bls12_446;
        use $zk::proofs::{pke_v2::*, ComputeLoad};
        let number = |name: &str| $case[name].as_u64().unwrap();
        let w = |name: &str| words(&$case[name]);
        let bound = 1 << number("noiseBits");
        let mut rng = StdRng::seed_from_u64(number("crsSeed"));
        let crs =
            crs_gen::<Bls12_446>(number("d") as usize, number("kMax") as usize, bound, 0, 32, 1, &mut rng);
        let (public, private) =
            commit(w("a"), w("b"), w("c1"), w("c2"), w("r"), w("e1"), w("m"), w("e2"), &crs $(, $commit)?);
        let mut value = $identity(&bincode::serialize(&crs.versionize()).unwrap());
        for (name, load) in [("proof", ComputeLoad::Proof), ("verify", ComputeLoad::Verify)] {
            let proof = prove((&crs, &public), &private, b"tacet", load, $prove);
            assert!(verify(&proof, (&crs, &public), b"tacet").is_ok());
            value["proofs"][name] = hex(&bincode::serialize(&proof.versionize()).unwrap()).into();
        }
        value
    }};
}

fn main() {
    let mut arguments = std::env::args().skip(1);
    let cases = arguments.next().expect("what the newest has written");
    let file = arguments.next().expect("the file to write");
    let cases: Value = serde_json::from_str(&std::fs::read_to_string(cases).unwrap()).unwrap();
    let case = &cases["cases"][2];
    let rng = &mut StdRng::seed_from_u64(1);
    let value = json!({
        "0.6.0": write_proofs!(zk_0_6, case, [&mut StdRng::seed_from_u64(1)], rng, |crs: &[u8]| {
            identity(crs, 10, 256, false)
        }),
        "0.7.3": write_proofs!(zk_0_7, case, [], &[9; 16], |crs: &[u8]| identity(crs, 11, 8, true)),
    });
    std::fs::write(file, serde_json::to_string_pretty(&value).unwrap() + "\n").unwrap();
}
