#!/bin/sh
# Writes the vectors of older versions: write.sh <folder>, in which every version gets its own.
set -eu
folder=$(realpath "$1")
cd "$(dirname "$0")"
for version in 1.0.1 1.1.3 1.2.0 1.3.3 1.4.3 1.5.5 1.6.3 1.7.0; do
  short=${version%.*}
  features=
  case $short in 1.[3-9]) features=$features,modulus-switch-type ;; esac
  case $short in 1.[4-9]) features=$features,stores,empty-texts ;; esac
  case $short in 1.[5-9]) features=$features,compression-kinds ;; esac
  case $short in 1.[6-9]) features=$features,oprf-key ;; esac
  rm -f Cargo.lock
  cargo update --quiet tfhe --precise "$version"
  cargo run --release --quiet --features "$features" -- "$folder/$short" "$version"
done
