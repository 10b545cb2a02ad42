//! What the help of these commands says beyond their options. Paragraphs are one line each, as they
//! are wrapped to the terminal.

/// `bundle build`.
pub(super) const BUILD: &str = "\
The policy is checked, and goes into the bundle with the catalog file that it names. Equal input makes equal bytes: nothing is taken from the clock. The first line is the manifest, with the digests of what follows; `bundle sign` puts the signed line in its place, and until then no host takes the bundle.

Example:
  portcullis bundle build --policy policy.yaml --name shop/live --version 7 \\
    --metadata commit=4f2a91c | portcullis bundle sign --key private.json - > live.bundle";

/// `bundle sign`.
pub(super) const SIGN: &str = "\
The content must be what the manifest says, and a bundle that hosts would refuse now is not written. HMAC keys (HS…) are refused: whoever verifies with one could sign. Use a key that signs nothing else.

Example:
  (umask 077; portcullis token key --alg EdDSA --public bundle-keys.json > private.json)
  portcullis bundle sign --key private.json draft.bundle --out live.bundle";

/// `bundle verify`.
pub(super) const VERIFY: &str = "\
The checks of a host that takes bundles, in their order: the signature by one of the trusted keys, the manifest, the name, the version, the end, the digests of the content, and then the policy itself. With --in-force, the bundle is refused if it has another name or an older version, or the same version with another manifest.

Codes: BUNDLE_MALFORMED BUNDLE_TYPE BUNDLE_ALGORITHM BUNDLE_SIGNATURE BUNDLE_FORMAT BUNDLE_NAME BUNDLE_VERSION BUNDLE_EXPIRED BUNDLE_CONTENT POLICY_INVALID.

Exit codes: 0 a host would take it, 1 it would not, 2 bad input.

Examples:
  portcullis bundle verify --jwks bundle-keys.json --name shop/live live.bundle
  portcullis bundle verify --jwks bundle-keys.json --in-force live.bundle next.bundle --json";

/// `bundle inspect`.
pub(super) const INSPECT: &str = "\
Nothing of this is proof: whoever can write the file can write what is shown. Use `bundle verify` before relying on it.

Exit codes: 0, or 1 if the content is not what the manifest says.

Examples:
  portcullis bundle inspect live.bundle
  portcullis bundle inspect live.bundle --print policy | jq .tenancy";
