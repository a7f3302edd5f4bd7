//! Reads a folder of keys and ciphertexts and checks that TFHE-rs accepts them: `check <folder>`.
//!
//! Every file must load, conform to the parameters of its configuration (unless the manifest says otherwise), save to
//! the same bytes, and decrypt to the value of the manifest. Where the configuration has a server key, ciphertexts are
//! computed on too.

use num_bigint::BigInt;
use std::collections::BTreeMap;
use std::panic::{catch_unwind, AssertUnwindSafe};
use std::path::{Path, PathBuf};
use std::result::Result;
use tfhe::conformance::ListSizeConstraint;
use tfhe::named::Named;
use tfhe::prelude::*;
use tfhe::safe_serialization::{safe_deserialize, safe_serialize};
use tfhe::xof_key_set::{CompressedXofKeySet, XofKeySet};
use tfhe::*;
use tfhe_rs_vectors::manifest::{Entry, Manifest, Value};
use tfhe_rs_vectors::types::*;
use tfhe_rs_vectors::with_all_widths;

const SIZE_LIMIT: u64 = 1 << 32;

/// Multiplication of wider integers takes too long to be a quick check.
const WIDEST_PRODUCT: usize = 64;

type Outcome = Result<(), String>;

/// What belongs to one client key.
struct Configuration {
    folder: PathBuf,
    client_key: ClientKey,
    config: Config,
    server_key: Option<ServerKey>,
}

fn ensure(condition: bool, message: impl Into<String>) -> Outcome {
    if condition {
        Ok(())
    } else {
        Err(message.into())
    }
}

fn equal(what: &str, found: impl ToString, expected: &str) -> Outcome {
    let found = found.to_string();
    ensure(found == expected, format!("{what} is {found}, expected {expected}"))
}

/// Loads a file; what is saved again must be the same bytes, unless an older version wrote it.
fn load<T>(folder: &Path, entry: &Entry) -> Result<T, String>
where
    T: serde::Serialize + serde::de::DeserializeOwned + Versionize + Unversionize + Named,
{
    let bytes = std::fs::read(folder.join(&entry.file)).map_err(|error| error.to_string())?;
    let object: T = safe_deserialize(bytes.as_slice(), SIZE_LIMIT)?;
    let mut again = Vec::new();
    safe_serialize(&object, &mut again, SIZE_LIMIT).map_err(|error| error.to_string())?;
    ensure(again == bytes || older(folder), "saves to different bytes")?;
    Ok(object)
}

/// Whether an older version of TFHE-rs wrote the folder: what it wrote is saved in its newer form.
fn older(folder: &Path) -> bool {
    let writer = Manifest::read(folder).writer;
    writer.starts_with("tfhe-rs") && writer != "tfhe-rs 1.8.2"
}

fn tag(entry: &Entry, object: &impl Tagged) -> Outcome {
    let found = String::from_utf8_lossy(object.tag().data()).into_owned();
    equal("tag", found, entry.tag.as_deref().unwrap_or(""))
}

fn conform<T: ParameterSetConformant>(entry: &Entry, object: &T, parameters: &T::ParameterSet) -> Outcome {
    match (object.is_conformant(parameters), entry.conformant) {
        (false, true) => Err("does not conform to the parameters".into()),
        (true, false) => Err("conforms to the parameters, though the manifest says it does not".into()),
        _ => Ok(()),
    }
}

fn value(entry: &Entry) -> Result<&str, String> {
    entry.value.as_deref().ok_or_else(|| "has no value in the manifest".into())
}

/// The configuration that a client key was made for.
fn config_of(key: &ClientKey) -> Config {
    let parameters = key.computation_parameters();
    let (_, compact, compression, squashing, squashed_compression, re_randomization, oprf, cipher, _) =
        key.clone().into_raw_parts();
    let mut builder =
        ConfigBuilder::with_custom_parameters(parameters).use_dedicated_oprf_key(oprf.is_some());
    if let Some((key, switch)) = compact {
        builder = builder.use_dedicated_compact_public_key_parameters((key.parameters(), switch));
    }
    if let Some(key) = compression {
        builder = builder.enable_compression(key.into_raw_parts().params);
    }
    if let Some(key) = squashing {
        builder = builder.enable_noise_squashing(key.noise_squashing_parameters());
    }
    if let Some(key) = squashed_compression {
        builder = builder.enable_noise_squashing_compression(key.into_raw_parts().params());
    }
    if let Some(parameters) = re_randomization {
        builder = builder.enable_ciphertext_re_randomization(parameters);
    }
    if let Some(key) = cipher {
        builder = builder.enable_transciphering(key.params());
    }
    builder.build()
}

/// Checks of one integer type: a ciphertext on its own, compressed, and with public keys.
macro_rules! integer {
    ($name:ident, $encrypted:ident, $id:ident, $clear:ty, $to:ident, $from:ident, $signed:expr) => {
        mod $name {
            use super::*;

            pub trait Width:
                $id + serde::Serialize + serde::de::DeserializeOwned + Versionize + Unversionize
            {
            }
            impl<Id: $id + serde::Serialize + serde::de::DeserializeOwned + Versionize + Unversionize> Width
                for Id
            {
            }

            fn decrypt<Id: Width>(object: &$encrypted<Id>, key: &ClientKey) -> BigInt {
                let clear: $clear = object.decrypt(key);
                wrap(&$from(clear), Id::num_bits(), $signed)
            }

            pub fn check<Id: Width>(c: &Configuration, entry: &Entry) -> Outcome {
                let object: $encrypted<Id> = load(&c.folder, entry)?;
                tag(entry, &object)?;
                conform(entry, &object, &c.client_key.computation_parameters().into())?;
                equal("value", decrypt(&object, &c.client_key), value(entry)?)?;
                match &c.server_key {
                    Some(server_key) if entry.conformant => {
                        conform(entry, &object, &server_key.into())?;
                        compute(c, &object)
                    }
                    _ => Ok(()),
                }
            }

            pub fn check_compressed<Id: Width>(c: &Configuration, entry: &Entry) -> Outcome {
                paste::paste! {
                    let object: [<Compressed $encrypted>]<Id> = load(&c.folder, entry)?;
                }
                tag(entry, &object)?;
                conform(entry, &object, &c.client_key.computation_parameters().into())?;
                let object = object.decompress();
                equal("value", decrypt(&object, &c.client_key), value(entry)?)?;
                if c.server_key.is_some() {
                    compute(c, &object)?;
                }
                Ok(())
            }

            /// Sum, product and comparison with a value that TFHE-rs encrypts.
            fn compute<Id: Width>(c: &Configuration, object: &$encrypted<Id>) -> Outcome {
                let bits = Id::num_bits();
                let clear = decrypt(object, &c.client_key);
                let other = wrap(&(BigInt::from(0x9e37_79b9_7f4a_7c15u64) * 3 + &clear), bits, $signed);
                let encrypted =
                    $encrypted::<Id>::try_encrypt($to(&other), &c.client_key).map_err(|e| e.to_string())?;
                let expect = |what, found: BigInt, expected: BigInt| {
                    equal(what, found, &wrap(&expected, bits, $signed).to_string())
                };
                expect("sum", decrypt(&(object + &encrypted), &c.client_key), &clear + &other)?;
                if bits <= WIDEST_PRODUCT {
                    expect("product", decrypt(&(object * &encrypted), &c.client_key), &clear * &other)?;
                }
                let less: bool = object.lt(&encrypted).decrypt(&c.client_key);
                ensure(less == (clear < other), "the comparison is wrong")
            }

            pub fn unpack<Id: Width>(
                c: &Configuration,
                list: &CompressedCiphertextList,
                index: usize,
                expected: &str,
            ) -> Outcome {
                let object: Option<$encrypted<Id>> = list.get(index).map_err(|error| error.to_string())?;
                let object = object.ok_or("the list is too short")?;
                equal("value", decrypt(&object, &c.client_key), expected)?;
                compute(c, &object)
            }

            pub fn push<Id: Width>(
                c: &Configuration,
                builder: &mut CompressedCiphertextListBuilder,
                entry: &Entry,
            ) -> Outcome {
                let object: $encrypted<Id> = load(&c.folder, entry)?;
                builder.push(object);
                Ok(())
            }

            pub fn expand<Id: Width>(
                c: &Configuration,
                list: &CompactCiphertextListExpander,
                index: usize,
                expected: &str,
            ) -> Outcome
            where
                $encrypted<Id>: integer::ciphertext::Expandable,
            {
                let object: Option<$encrypted<Id>> = list.get(index).map_err(|error| error.to_string())?;
                let object = object.ok_or("the list is too short")?;
                equal("value", decrypt(&object, &c.client_key), expected)?;
                compute(c, &object)
            }
        }
    };
}

integer!(unsigned, FheUint, FheUintId, Unsigned, to_unsigned, from_unsigned, false);
integer!(signed, FheInt, FheIntId, Signed, to_signed, from_signed, true);

/// Expands to a `match` on a type's name.
macro_rules! by_width {
    ($($bits:literal)*) => {
        paste::paste! {
            fn check_integer(c: &Configuration, entry: &Entry) -> Outcome {
                match entry.kind.as_str() {
                    $(
                        stringify!([<FheUint $bits>]) => unsigned::check::<[<FheUint $bits Id>]>(c, entry),
                        stringify!([<FheInt $bits>]) => signed::check::<[<FheInt $bits Id>]>(c, entry),
                        stringify!([<CompressedFheUint $bits>]) =>
                            unsigned::check_compressed::<[<FheUint $bits Id>]>(c, entry),
                        stringify!([<CompressedFheInt $bits>]) =>
                            signed::check_compressed::<[<FheInt $bits Id>]>(c, entry),
                    )*
                    other => Err(format!("{other} is not a type that this program checks")),
                }
            }

            fn unpack_integer(
                c: &Configuration, list: &CompressedCiphertextList, index: usize, expected: &Value,
            ) -> Outcome {
                match expected.kind.as_str() {
                    $(
                        stringify!([<FheUint $bits>]) =>
                            unsigned::unpack::<[<FheUint $bits Id>]>(c, list, index, &expected.value),
                        stringify!([<FheInt $bits>]) =>
                            signed::unpack::<[<FheInt $bits Id>]>(c, list, index, &expected.value),
                    )*
                    other => Err(format!("{other} is not a type that this program checks")),
                }
            }

            fn push_integer(
                c: &Configuration, builder: &mut CompressedCiphertextListBuilder, entry: &Entry,
            ) -> Outcome {
                match entry.kind.as_str() {
                    $(
                        stringify!([<FheUint $bits>]) => unsigned::push::<[<FheUint $bits Id>]>(c, builder, entry),
                        stringify!([<FheInt $bits>]) => signed::push::<[<FheInt $bits Id>]>(c, builder, entry),
                    )*
                    other => Err(format!("{other} is not a type that this program checks")),
                }
            }

            fn expand_integer(
                c: &Configuration, list: &CompactCiphertextListExpander, index: usize, expected: &Value,
            ) -> Outcome {
                match expected.kind.as_str() {
                    $(
                        stringify!([<FheUint $bits>]) =>
                            unsigned::expand::<[<FheUint $bits Id>]>(c, list, index, &expected.value),
                        stringify!([<FheInt $bits>]) =>
                            signed::expand::<[<FheInt $bits Id>]>(c, list, index, &expected.value),
                    )*
                    other => Err(format!("{other} is not a type that this program checks")),
                }
            }
        }
    };
}

with_all_widths!(by_width);

fn check_bool(c: &Configuration, entry: &Entry, object: &FheBool) -> Outcome {
    equal("value", object.decrypt(&c.client_key), value(entry)?)?;
    if c.server_key.is_some() {
        equal("negation", (!(!object)).decrypt(&c.client_key), value(entry)?)?;
        let both = object & FheBool::encrypt(true, &c.client_key);
        equal("conjunction with true", both.decrypt(&c.client_key), value(entry)?)?;
    }
    Ok(())
}

fn check_text(c: &Configuration, object: &FheAsciiString, expected: &str) -> Outcome {
    equal("value", object.decrypt(&c.client_key), expected)?;
    if c.server_key.is_none() {
        return Ok(());
    }
    equal("upper case", object.to_uppercase().decrypt(&c.client_key), &expected.to_uppercase())?;
    let length: u16 = match object.len() {
        FheStringLen::NoPadding(length) => length,
        FheStringLen::Padding(length) => length.decrypt(&c.client_key),
    };
    equal("length", length, &expected.len().to_string())?;
    let same = FheAsciiString::try_encrypt_with_padding(expected, 1, &c.client_key).map_err(|e| e.to_string())?;
    let equal: bool = object.eq(&same).decrypt(&c.client_key);
    ensure(equal, "is not equal to the same text")
}

fn check_list(c: &Configuration, entry: &Entry) -> Outcome {
    let list: CompactCiphertextList = load(&c.folder, entry)?;
    tag(entry, &list)?;
    let values = entry.values.as_ref().ok_or("has no values in the manifest")?;
    let parameters = c.config.public_key_encryption_parameters().map_err(|error| error.to_string())?;
    let parameters = CompactCiphertextListConformanceParams::from_parameters_and_size_constraint(
        parameters,
        ListSizeConstraint::exact_size(values.len()),
    );
    conform(entry, &list, &parameters.allow_unpacked())?;
    ensure(list.len() == values.len(), format!("has {} values, expected {}", list.len(), values.len()))?;
    if c.server_key.is_none() {
        return Ok(());
    }
    check_expanded(c, &list.expand().map_err(|error| error.to_string())?, values)
}

/// Unpacks every value; packs values that are there as they went in again, which gives the same bytes.
fn check_compressed_list(c: &Configuration, entry: &Entry) -> Outcome {
    let list: CompressedCiphertextList = load(&c.folder, entry)?;
    tag(entry, &list)?;
    let values = entry.values.as_ref().ok_or("has no values in the manifest")?;
    ensure(list.len() == values.len(), format!("has {} values, expected {}", list.len(), values.len()))?;
    if c.server_key.is_none() {
        return Ok(());
    }
    for (index, expected) in values.iter().enumerate() {
        if expected.kind == "FheBool" {
            let object: Option<FheBool> = list.get(index).map_err(|error| error.to_string())?;
            let object = object.ok_or("the list is too short")?;
            equal("value", object.decrypt(&c.client_key), &expected.value)?;
        } else if expected.kind == "FheAsciiString" {
            let object: Option<FheAsciiString> = list.get(index).map_err(|error| error.to_string())?;
            check_text(c, &object.ok_or("the list is too short")?, &expected.value)?;
        } else {
            unpack_integer(c, &list, index, expected)?;
        }
    }
    let Some(of) = &entry.of else { return Ok(()) };
    let manifest = Manifest::read(&c.folder);
    let mut builder = CompressedCiphertextListBuilder::new();
    for file in of {
        let entry = manifest.entries.iter().find(|entry| entry.file == *file).ok_or("lacks a part")?;
        if entry.kind == "FheBool" {
            builder.push(load::<FheBool>(&c.folder, entry)?);
        } else {
            push_integer(c, &mut builder, entry)?;
        }
    }
    let mut again = Vec::new();
    let packed = builder.build().map_err(|error| error.to_string())?;
    safe_serialize(&packed, &mut again, SIZE_LIMIT).map_err(|error| error.to_string())?;
    let bytes = std::fs::read(c.folder.join(&entry.file)).map_err(|error| error.to_string())?;
    ensure(again == bytes, "is packed to different bytes")
}

macro_rules! check_store {
    ($c:ident, $entry:ident, $key:ty, $value:ty, $clear:ty) => {{
        let stored: CompressedKVStore<$key, $value> = load(&$c.folder, $entry)?;
        let store = stored.decompress().map_err(|error| error.to_string())?;
        let keys = $entry.keys.as_ref().ok_or("has no keys in the manifest")?;
        let values = $entry.values.as_ref().ok_or("has no values in the manifest")?;
        ensure(store.len() == keys.len(), format!("has {} keys, expected {}", store.len(), keys.len()))?;
        for (key, expected) in keys.iter().zip(values) {
            let key: $key = key.parse().map_err(|_| "a key that is none")?;
            let value = store.get_with_clear_key(&key).ok_or("lacks a key")?;
            let clear: $clear = value.decrypt(&$c.client_key);
            equal("value", clear, &expected.value)?;
        }
        Ok(())
    }};
}

fn check_store(c: &Configuration, entry: &Entry) -> Outcome {
    match entry.kind.as_str() {
        "CompressedKVStore<u8, FheUint32>" => check_store!(c, entry, u8, FheUint32, u32),
        "CompressedKVStore<i64, FheInt8>" => check_store!(c, entry, i64, FheInt8, i8),
        "CompressedKVStore<u128, FheUint64>" => check_store!(c, entry, u128, FheUint64, u64),
        "CompressedKVStore<u32, FheUint8>" => check_store!(c, entry, u32, FheUint8, u8),
        other => Err(format!("{other} is not a type that this program checks")),
    }
}

fn check_expanded(c: &Configuration, list: &CompactCiphertextListExpander, values: &[Value]) -> Outcome {
    for (index, expected) in values.iter().enumerate() {
        if expected.kind == "FheBool" {
            let object: Option<FheBool> = list.get(index).map_err(|error| error.to_string())?;
            let object = object.ok_or("the list is too short")?;
            equal("value", object.decrypt(&c.client_key), &expected.value)?;
        } else if expected.kind == "FheAsciiString" {
            let object: Option<FheAsciiString> = list.get(index).map_err(|error| error.to_string())?;
            check_text(c, &object.ok_or("the list is too short")?, &expected.value)?;
        } else {
            expand_integer(c, list, index, expected)?;
        }
    }
    Ok(())
}

/// Encrypts values of several types in a list under a key that was read.
fn check_compact_public_key(c: &Configuration, key: &CompactPublicKey) -> Outcome {
    if c.server_key.is_none() {
        return Ok(());
    }
    let list = CompactCiphertextList::builder(key).push(true).push(171u8).push(-12345i16).build_packed();
    let value = |kind: &str, value: &str| Value { kind: kind.into(), value: value.into() };
    let values = [value("FheBool", "true"), value("FheUint8", "171"), value("FheInt16", "-12345")];
    check_expanded(c, &list.expand().map_err(|error| error.to_string())?, &values)
}

fn check_public_key<K>(c: &Configuration, key: &K) -> Outcome
where
    FheUint8: FheEncrypt<u8, K>,
    FheInt16: FheEncrypt<i16, K>,
{
    let unsigned: u8 = FheUint8::encrypt(171u8, key).decrypt(&c.client_key);
    let signed: i16 = FheInt16::encrypt(-12345i16, key).decrypt(&c.client_key);
    ensure(unsigned == 171 && signed == -12345, "encrypts to something else")
}

fn check_entry(c: &Configuration, entry: &Entry) -> Outcome {
    let folder = &c.folder;
    match entry.kind.as_str() {
        "ClientKey" => {
            let key: ClientKey = load(folder, entry)?;
            tag(entry, &key)?;
            let clear: u8 = FheUint8::encrypt(171u8, &key).decrypt(&key);
            ensure(clear == 171, "does not decrypt what it encrypts")
        }
        "CompressedServerKey" => {
            let key: CompressedServerKey = load(folder, entry)?;
            tag(entry, &key)?;
            conform(entry, &key, &c.config.into())?;
            check_server_key(c, key.decompress())
        }
        "ServerKey" => {
            let key: ServerKey = load(folder, entry)?;
            tag(entry, &key)?;
            conform(entry, &key, &c.config.into())?;
            check_server_key(c, key)
        }
        "CompressedXofKeySet" => {
            let key: CompressedXofKeySet = load(folder, entry)?;
            tag(entry, &key)?;
            let (public_key, server_key) = key.decompress().into_raw_parts();
            check_server_key(c, server_key)?;
            check_compact_public_key(c, &public_key)
        }
        "XofKeySet" => {
            let key: XofKeySet = load(folder, entry)?;
            tag(entry, &key)?;
            let (public_key, server_key) = key.into_raw_parts();
            check_server_key(c, server_key)?;
            check_compact_public_key(c, &public_key)
        }
        "KeySwitchingKey" => check_key_switching_key(c, entry),
        "PublicKey" => {
            let key: PublicKey = load(folder, entry)?;
            tag(entry, &key)?;
            check_public_key(c, &key)
        }
        "CompressedPublicKey" => {
            let key: CompressedPublicKey = load(folder, entry)?;
            tag(entry, &key)?;
            check_public_key(c, &key)?;
            check_public_key(c, &key.decompress())
        }
        "CompactPublicKey" => {
            let key: CompactPublicKey = load(folder, entry)?;
            tag(entry, &key)?;
            let parameters =
                c.config.public_key_encryption_parameters().map_err(|error| error.to_string())?;
            conform(entry, &key, &parameters)?;
            check_compact_public_key(c, &key)
        }
        "CompressedCompactPublicKey" => {
            let key: CompressedCompactPublicKey = load(folder, entry)?;
            tag(entry, &key)?;
            let parameters =
                c.config.public_key_encryption_parameters().map_err(|error| error.to_string())?;
            conform(entry, &key, &parameters)?;
            check_compact_public_key(c, &key.decompress())
        }
        "FheBool" => {
            let object: FheBool = load(folder, entry)?;
            tag(entry, &object)?;
            conform(entry, &object, &c.client_key.computation_parameters().into())?;
            check_bool(c, entry, &object)
        }
        "CompressedFheBool" => {
            let object: CompressedFheBool = load(folder, entry)?;
            tag(entry, &object)?;
            conform(entry, &object, &c.client_key.computation_parameters().into())?;
            check_bool(c, entry, &object.decompress())
        }
        "FheAsciiString" => {
            let object: FheAsciiString = load(folder, entry)?;
            tag(entry, &object)?;
            check_text(c, &object, value(entry)?)
        }
        "CompactCiphertextList" => check_list(c, entry),
        "CompressedCiphertextList" => check_compressed_list(c, entry),
        kind if kind.starts_with("CompressedKVStore<") => check_store(c, entry),
        _ => check_integer(c, entry),
    }
}

/// Takes values from the former key to that of the configuration.
fn check_key_switching_key(c: &Configuration, entry: &Entry) -> Outcome {
    let key: KeySwitchingKey = load(&c.folder, entry)?;
    ensure(key.tag_out().data() == entry.tag.as_deref().unwrap_or_default().as_bytes(), "has another tag")?;
    let former = entry.former.as_ref().ok_or("has no former key in the manifest")?;
    let manifest = Manifest::read(&c.folder);
    let of_former = |one: &&Entry| one.configuration == *former && one.kind == "ClientKey";
    let former_entry = manifest.entries.iter().find(of_former).ok_or("the former key is missing")?;
    let former: ClientKey = load(&c.folder, former_entry)?;
    for value in [0u8, 1, 171, 255] {
        let clear: u8 = key.keyswitch(&FheUint8::encrypt(value, &former)).decrypt(&c.client_key);
        equal("what was switched", clear, &value.to_string())?;
    }
    let truth = key.keyswitch(&FheBool::encrypt(true, &former)).decrypt(&c.client_key);
    ensure(truth, "a truth value is switched to another")
}

/// Computes with this server key rather than with the one of the configuration.
fn check_server_key(c: &Configuration, key: ServerKey) -> Outcome {
    let previous = c.server_key.clone();
    set_server_key(key);
    let a = FheUint8::encrypt(171u8, &c.client_key);
    let b = FheUint8::encrypt(92u8, &c.client_key);
    let sum: u8 = (&a + &b).decrypt(&c.client_key);
    let product: u8 = (&a * &b).decrypt(&c.client_key);
    let less: bool = a.lt(&b).decrypt(&c.client_key);
    let others = check_other_keys(c, &a, &b);
    set_server_key(previous.expect("a configuration with a server key has one"));
    ensure(
        sum == 171u8.wrapping_add(92) && product == 171u8.wrapping_mul(92) && !less,
        "computes something else",
    )?;
    others
}

/// Uses the keys for compression and noise squashing, where there are some.
fn check_other_keys(c: &Configuration, a: &FheUint8, b: &FheUint8) -> Outcome {
    let (_, _, compression, squashing, squashed_compression, ..) = c.client_key.clone().into_raw_parts();
    let error = |error: tfhe::Error| error.to_string();
    if compression.is_some() {
        let list = CompressedCiphertextListBuilder::new().push(a.clone()).push(a.lt(b)).push(b.clone()).build();
        let list = list.map_err(error)?;
        let second: FheUint8 = list.get(2).map_err(error)?.ok_or("the list is too short")?;
        let second: u8 = (second + 1u8).decrypt(&c.client_key);
        equal("what was compressed", second, "93")?;
    }
    if squashing.is_some() {
        let squashed = (a + b).squash_noise().map_err(error)?;
        let clear: u8 = squashed.decrypt(&c.client_key);
        equal("what was squashed", clear, "7")?;
        if squashed_compression.is_some() {
            let list = CompressedSquashedNoiseCiphertextListBuilder::new().push(squashed).build();
            let again: SquashedNoiseFheUint =
                list.map_err(error)?.get(0).map_err(error)?.ok_or("the list is too short")?;
            let clear: u8 = again.decrypt(&c.client_key);
            equal("what was squashed and compressed", clear, "7")?;
        }
    }
    Ok(())
}

fn main() {
    let folder = PathBuf::from(std::env::args().nth(1).expect("usage: check <folder>"));
    let mut configurations: BTreeMap<String, Vec<Entry>> = BTreeMap::new();
    for entry in Manifest::read(&folder).entries {
        configurations.entry(entry.configuration.clone()).or_default().push(entry);
    }
    let mut failures = 0;
    for entries in configurations.values() {
        let find = |kind: &str| entries.iter().find(|entry| entry.kind == kind);
        let client_key: ClientKey =
            load(&folder, find("ClientKey").expect("every configuration needs a client key"))
                .expect("a client key");
        let server_key = find("CompressedServerKey")
            .map(|entry| {
                load::<CompressedServerKey>(&folder, entry).expect("a compressed server key").decompress()
            })
            .or_else(|| find("ServerKey").map(|entry| load(&folder, entry).expect("a server key")));
        match &server_key {
            Some(key) => set_server_key(key.clone()),
            None => unset_server_key(),
        }
        let config = config_of(&client_key);
        let c = Configuration { folder: folder.clone(), client_key, config, server_key };
        for entry in entries {
            // Some refusals of TFHE-rs are panics.
            let outcome = catch_unwind(AssertUnwindSafe(|| check_entry(&c, entry)))
                .unwrap_or_else(|_| Err("panics".into()));
            match outcome {
                Ok(()) => println!("ok      {} ({})", entry.file, entry.kind),
                Err(reason) => {
                    failures += 1;
                    println!("FAILED  {} ({}): {reason}", entry.file, entry.kind);
                }
            }
        }
    }
    println!("{failures} failures");
    std::process::exit(i32::from(failures > 0));
}
