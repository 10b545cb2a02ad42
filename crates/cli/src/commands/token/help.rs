//! What the help of these commands says beyond their options. Paragraphs are one line each, as they
//! are wrapped to the terminal.

/// `token key`.
pub(super) const KEY: &str = "\
The private key goes to standard output, as a JSON Web Key: keep it to those who may mint. Verifiers need the public half, which --public writes as a key set. HMAC keys (HS…) have none: whoever can verify with one can sign with it, so choose another algorithm unless issuer and verifier are the same program.

Example:
  (umask 077; portcullis token key --alg ES256 --public keys.json > private.json)";

/// `token mint`.
pub(super) const MINT: &str = "\
The token is an access token as in RFC 9068, from the policy's first issuer to its first audience, with a random `jti`. RFC 9068 wants `sub` and `client_id` too: give them with --subject and --extra. The permission claim is built and checked by the module; without --claim, --allow and the like there is none. If the policy would refuse the token at this time, a warning says why.

Examples:
  portcullis token mint --key private.json --policy policy.json \\
    --subject ada --allow workflow-api.rpc --tenants TenantA
  portcullis token mint --key private.json --policy policy.json \\
    --claim 'a:workflow-api;a:tenants' --expires-in 60
  portcullis token mint --key private.json --policy policy.json \\
    --extra '{\"client_id\": \"nightly-job\"}' --json";

/// `token verify`.
pub(super) const VERIFY: &str = "\
`claims` are as they were signed, numbers to the digit. `reason` is for the caller of an API, `detail` for its log. A `token` of null stands for a request without one.

Lines in:
  {\"id\": 1, \"token\": \"eyJ…\"}
Lines out:
  {\"id\": 1, \"valid\": true, \"reason\": null, \"detail\": null, \"claims\": {\"iss\": …}}
  {\"id\": 2, \"valid\": false, \"reason\": \"CREDENTIAL_EXPIRED\", \"detail\": \"expired\", \"claims\": null}

Exit codes: 0 good, 1 refused; for lines 0, or 2 if one was malformed.

Examples:
  portcullis token verify --policy policy.json --jwks keys.json \"$TOKEN\"
  portcullis token verify --policy policy.json --jwks keys.json < tokens.jsonl";

/// `token verify-jws`.
pub(super) const VERIFY_JWS: &str = "\
The layer below tokens (RFC 7515): no issuer, audience or time is looked at, so a genuine signature alone lets nobody in. The `jwk` of a line, a key or a key set, is used instead of those of --jwks. A payload that is no text is written in base64url, with \"encoding\": \"base64url\" beside it.

Lines in:
  {\"id\": 1, \"jws\": \"eyJ…\"}
  {\"id\": 2, \"jws\": \"eyJ…\", \"jwk\": {\"kty\": \"EC\", …}}
Lines out:
  {\"id\": 1, \"valid\": true, \"payload\": \"what was signed\"}
  {\"id\": 2, \"valid\": false, \"payload\": null}

Exit codes: 0 genuine, 1 refused; for lines 0, or 2 if one was malformed.

Examples:
  portcullis token verify-jws --jwks keys.json \"$JWS\"
  portcullis token verify-jws < signed.jsonl";
