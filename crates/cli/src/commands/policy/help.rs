//! What the help of these commands says beyond their options. Paragraphs are one line each, as they
//! are wrapped to the terminal.

/// `policy test`.
pub(super) const TEST: &str = "\
A file of cases is JSON or YAML: `policy` and `jwks` are files beside it, `now` is the time of every case that has none of its own, and each of `cases` has a `name`, who asks and the request as a line of `decide` has them, and in `expect` at least one member of the decision: decision, status, stage, reason, operation, tenant, principal, matched, trace, data_scope, obligations; or `rule`, the text of the claim rule that decided.

Coverage is what the decisions tell: the operations that they name; the rules of the claims given as text (tenant rules aside) that decided; the workflows and the types of the policy that a case asked for by name and that were found, and the roles of the policy that a case gave to its caller, where the operation was judged; and the rules of types that matched a thing that a case asked for and was allowed (a search judges none before there are records).

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

/// `policy matrix`.
pub(super) const MATRIX: &str = "\
What the module decides for every operation, tenant and bearer: `allow`, the reason of the denial, or `condition` where the answer depends on facts of the request. Tenants with the same answers share a line, and `*` is all of them. Equal policies make equal bytes.

Without --claim and --roles there is a column for each role of the policy and one for no role, with a claim that allows every operation and tenant: what the table shows is what the policy asks beyond the claim. A column for whoever shows no credential, and columns for administrators' API tokens (active, deployed and for every tenant: one without roles, and one with those of each column that has some), are there where an operation has `authentication: none` or `admin_only`, or with --anonymous and --admin-token; where none has, the claim is asked of everybody, so neither reaches an operation by its id. Requests name their operation by its id; what workflows and types let through is not part of the table.

Examples:
  portcullis policy matrix policy.yaml
  portcullis policy matrix policy.yaml --claim 'ops=a:workflow-api.rpc;a:tenants:A' --roles ops=operator
  portcullis policy matrix policy.yaml --format markdown > access.md
  portcullis policy matrix policy.yaml --admin-token";

/// `policy diff`.
pub(super) const DIFF: &str = "\
Three things are compared: the operations and tenants that there are; the documents, in which a member that is left out is its default; and what the modules decide for every operation, tenant and bearer of both policies, with and without a tenant. Bearers are those of `policy matrix`, with the roles of both. `+` is what comes or is newly allowed, `-` what goes or is newly denied, `±` what is otherwise.

Exit codes: 0 nothing changes, 1 something does, 2 a policy cannot be used.

Examples:
  portcullis policy diff main.yaml proposed.yaml
  portcullis policy diff main.yaml proposed.yaml --claim 'ops=a:workflow-api.rpc;a:tenants' --json";

/// `policy fmt`.
pub(super) const FMT: &str = "\
The form is JSON with two spaces, members in the order of the format, names in theirs, lists as they are, and one line break at the end. Nothing is added, left out or reworded, and a policy with mistakes is refused. YAML has comments and notations that would not survive, so a YAML file is never written: its form in JSON is printed.

Exit codes: 0, or 1 with --check if the file has another form; 2 a file that cannot be used.

Examples:
  portcullis policy fmt policy.json --check
  portcullis policy fmt policy.json --write
  portcullis policy fmt policy.yaml > policy.json";
