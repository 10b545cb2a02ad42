//! What the help of these commands says beyond their options. Paragraphs are one line each, as they
//! are wrapped to the terminal.

/// `policy test`.
pub(super) const TEST: &str = "\
A file of cases is JSON or YAML: `policy` and `jwks` are files beside it, `now` is the time of every case that has none of its own, and each of `cases` has a `name`, who asks and the request as a line of `decide` has them, and in `expect` at least one member of the decision: decision, status, stage, reason, operation, tenant, principal, matched, trace, data_scope, obligations; or `rule`, the text of the claim rule that decided.

Coverage is what the decisions tell: the operations that they name; the rules of the claims given as text (tenant rules aside) that decided; the workflows and the types of the policy that a case asked for by name and that were found, and the roles of the policy that a case gave to its caller, where the operation was judged. Which rule of a type decided is not told, so it is not counted.

Exit codes: 0 every case is as expected, 1 some are not, 2 a file that cannot be used.

Example:
  portcullis policy test policy.test.yaml
With, in policy.test.yaml:
  policy: policy.yaml
  cases:
    - name: readers cannot resume
      claim: a:workflow-api.search;a:tenants:TenantA
      operation: workflow-api.rpc.resume
      tenant: TenantA
      expect: { decision: false, reason: OPERATION_DENIED }";
