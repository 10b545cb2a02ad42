//! What `--help` teaches, beyond what each option says. Paragraphs are one line each, as they are
//! wrapped to the terminal; examples fit into a narrow one.

/// `portcullis`.
pub const PORTCULLIS: &str = "\
A claim is rules joined by `;`. `a:TARGET` allows and `d:TARGET` denies; a target is an operation or a branch with everything below it. The longest target decides, and of two equal ones the denial. One rule may be about tenants: `a:tenants:A,B` allows these only, `d:tenants:A,B` all others, `a:tenants` all, `d:tenants` none.

Exit codes: 0 allow or success, 1 deny or invalid, 2 bad input, 3 internal.

Examples:
  portcullis check 'a:workflow-api.rpc;a:tenants:A' workflow-api.rpc.resume --tenant A
  portcullis explain 'a:workflow-api;d:workflow-api.rpc' workflow-api.rpc.resume
  portcullis effective 'a:workflow-api.search;d:workflow-api.search.processes'
  portcullis decide --policy policy.json --jwks keys.json < requests.jsonl";

/// `check`.
pub const CHECK: &str = "\
The claim is taken as that of a principal that was verified. Without --policy, the tenant of --tenant is taken to be registered; without --tenant too, a host with a single tenant is asked about.

Exit codes: 0 allowed, 1 denied.

Examples:
  portcullis check 'a:workflow-api.rpc;a:tenants:A' workflow-api.rpc.resume --tenant A
  portcullis check --policy policy.json \"$CLAIM\" workflow-api.liveness --json";

/// `explain`.
pub const EXPLAIN: &str = "\
Shows which rule decides and which it overrides, what the tenant half says, and the fewest rules to remove and add so that the answer for this operation turns round and no other operation's does.

Exit codes: 0 allowed, 1 denied.

Examples:
  portcullis explain 'a:workflow-api;d:workflow-api.rpc' workflow-api.rpc.resume
  portcullis explain --policy policy.json \"$CLAIM\" workflow-api.liveness --tenant A";

/// `effective`.
pub const EFFECTIVE: &str = "\
The tree counts what is allowed of each branch. A rule stands where its target is, and holds for everything below up to the next one. Branches that are allowed or denied as a whole are one line, and so are many operations that do what their branch does; --all shows each.

Examples:
  portcullis effective 'd:workflow-api;a:workflow-api.rpc;d:workflow-api.rpc.delete-instance'
  portcullis effective --catalog github.json 'a:github;d:github.actions' --denied --all";

/// `diff`.
pub const DIFF: &str = "\
Operations and tenants with `+` are those that only the second claim allows, with `-` those that only the first does. Claims that are written differently may decide alike.

Exit codes: 0 they decide alike, 1 they do not.

Example:
  portcullis diff 'a:workflow-api' 'a:workflow-api;d:workflow-api.rpc'";

/// `minimize`.
pub const MINIMIZE: &str = "\
The shortest claim in bytes that gives the same answer for every operation and every tenant of this catalog. Another catalog, with more operations, may tell the two apart: the normal form (validate) keeps the root rule, which says what holds for operations to come.

Example:
  portcullis minimize 'd:workflow-api;a:workflow-api.rpc;a:workflow-api.rpc.resume'";

/// `build`.
pub const BUILD: &str = "\
The claim is printed in its normal form. Targets that the catalog does not have are refused, and with a policy for several tenants, tenants that it does not register.

Examples:
  portcullis build --allow workflow-api.rpc --deny workflow-api.rpc.resume --tenants A,B
  portcullis build --allow-all --deny workflow-api.data --all-tenants";

/// `validate`.
pub const VALIDATE: &str = "\
The normal form has the root rule, the fewest other rules that decide alike, and the tenant rule: two claims have the same one exactly when they decide alike. A claim that is not valid is told with the byte where it ceases to be, and what was expected there. With --policy, tenants that it does not register are mistakes too.

Lines in:
  {\"id\": 1, \"claim\": \"a:workflow-api\"}
  {\"id\": 2, \"claim\": \"a:workflow-api;\"}
Lines out:
  {\"id\": 1, \"valid\": true, \"normal\": \"a:workflow-api\", \"error\": null}
  {\"id\": 2, \"valid\": false, \"normal\": null,
   \"error\": {\"kind\": \"empty_rule\", \"offset\": 15, \"expected\": …}}

Exit codes: 0 valid, 1 not; for lines 0, or 2 if one was malformed.

Examples:
  portcullis validate 'a:workflow-api.rpc;d:workflow-api.rpc.resume'
  portcullis validate --policy policy.json < claims.jsonl";

/// `decide`.
pub const DECIDE: &str = "\
Who asks is said by `claim`, the claim of a principal that was verified (null for one without), or by `token` (null where none came). What for is said by `operation`, or by `method` and `path`; `tenant` is the tenant header, null where there is none. An `id` is echoed as it stands.

Lines in:
  {\"id\": 1, \"claim\": \"a:workflow-api;a:tenants\",
   \"operation\": \"workflow-api.liveness\", \"tenant\": \"TenantA\"}
  {\"id\": 2, \"token\": \"eyJ…\", \"method\": \"GET\",
   \"path\": \"/workflow-api/liveness\", \"tenant\": null}
Or a workflow, or things of a type, with whatever else the policy asks for:
  {\"id\": 3, \"workflow\": \"refund\", \"method\": \"POST\",
   \"credential\": {\"user\": {…}}, \"user\": {…}, \"params\": {…}}
Lines out (each on one line, as those that come in):
  {\"id\": 1, \"decision\": true, \"status\": 200, \"stage\": null, \"reason\": \"ALLOWED\",
   \"operation\": \"workflow-api.liveness\", \"tenant\": \"TenantA\"}
  {\"id\": null, \"error\": {\"kind\": \"malformed\", \"line\": 4, \"message\": …}}

Exit codes: 0 all lines were answered, whatever the decisions; 2 if one was malformed.

Examples:
  portcullis decide --policy policy.json --jwks keys.json < requests.jsonl
  portcullis decide --policy policy.json --now 1800000000 --full < requests.jsonl";

/// `replay`.
pub const REPLAY: &str = "\
Every line is decided again from its facts, by this module and this policy. It is the same if the answer is, and module, policy, claim, facts and time have the digests of the receipt. Whatever is not as it was is named, with what stands in the line and what is found now:
  {\"id\": 1, \"same\": false, \"difference\": {\"policy\": {\"stored\": \"5f…\", \"found\": \"a0…\"}}}
A receipt is no signature. Whoever can write the stored lines can write other ones that fit together.

Exit codes: 0 all are the same, 1 one or more are not, 2 a line or a file cannot be read.

Examples:
  portcullis decide --policy policy.json --jwks keys.json --receipts < requests.jsonl > stored.jsonl
  portcullis replay --policy policy.json < stored.jsonl
  portcullis replay --policy policy.json --module portcullis-0.1.0.wasm < stored.jsonl";

/// `routes`.
pub const ROUTES: &str = "\
Without METHOD and PATH, lists all routes by path. With them, says which operation a request is, or why it is none. Case and trailing slashes count. Where several templates fit and none is more specific than all others, the request is allowed only if all of their operations are.

Exit codes: 0 found, 1 no operation.

Examples:
  portcullis routes --policy policy.json
  portcullis routes GET /workflow-api/liveness";

/// `catalog show`.
pub const CATALOG_SHOW: &str = "\
Examples:
  portcullis catalog show
  portcullis catalog show --catalog github.json --original
  portcullis catalog show --policy policy.yaml --json";

/// `catalog import`.
pub const CATALOG_IMPORT: &str = "\
The catalog goes to standard output, or to --out; what was left out and the documents' `servers` go to standard error. Nothing is fetched: a `$ref` to another file is followed inside the document's folder only.

An id is the root, the group, the operation's first tag and its operationId, each cut at changes of case and joined by `-`: below the root `github`, `repos/get-branch` is `github.repos.get-branch`. Two operations never become one id. Where they would, nothing is written, and lines are shown that settle it in a rename file:
  repos/get-branch = github.repos.get-branch
  GET /repos/{owner}/{repo} = github.repos.get

Examples:
  portcullis catalog import --root github api.github.com.json --out github.json
  portcullis catalog import --root twilio --group api=api.json --group chat=chat.json
  portcullis catalog import --root shop shop.yaml --ids path --rename renames.txt";

/// `policy check`.
pub const POLICY_CHECK: &str = "\
Mistakes come with a JSON Pointer into the document and a stable code. Advice is about policies that are in force all the same: routes that overlap, security that is switched off, no tenants.

Exit codes: 0 valid; 1 with --strict if there is advice; 2 mistakes, or a file that cannot be read.

Examples:
  portcullis policy check policy.json
  portcullis policy check policy.yaml --strict --json";

/// `policy schema`.
pub const POLICY_SCHEMA: &str = "\
Policies refuse members that they do not know, `$schema` too: name the schema in the editor's settings, or in YAML in a comment.

Example:
  portcullis policy schema > portcullis.schema.json
  # yaml-language-server: $schema=portcullis.schema.json";

/// `module verify`.
pub const MODULE_VERIFY: &str = "\
Compares the module's SHA-256 with the expected one, if one is told, compiles the module in a sandbox, and asks for its version.

Exit codes: 0 it can be relied on, 1 it cannot, 2 a file cannot be read.

Examples:
  portcullis module verify --manifest pkg/dist/manifest.json
  portcullis module verify --module portcullis.wasm --expected $SHA256";

/// `module precompile`.
pub const MODULE_PRECOMPILE: &str = "\
The file holds machine code, which is run as it is: keep it where only those can write who may replace this program. `portcullis.cwasm` beside this program is used if it was made of the same module.

Example:
  portcullis module precompile --out portcullis.cwasm";

/// `webhook check`.
pub const WEBHOOK_CHECK: &str = "\
Looks nothing up: the addresses are those that the sender's resolver gave, all of them. The sender connects to an address of the answer, without another look-up. Without the section `webhooks` in the policy, nothing may be sent.

Lines in:  {\"id\": 1, \"url\": \"https://hooks.example.com/x\", \"resolved_ips\": [\"93.184.216.34\"]}
Lines out: {\"id\": 1, \"verdict\": \"allow\", \"reason\": \"ALLOWED\", \"connect\": [\"93.184.216.34\"], …}

Exit codes: 0 allowed, 1 blocked.

Example:
  portcullis webhook check --policy policy.json https://hooks.example.com/x 93.184.216.34";

/// `template render`.
pub const TEMPLATE_RENDER: &str = "\
Templates are those of Jinja without calls, macros, includes and assignments, and with these filters: date, number, currency, upper, lower, title, truncate, mask_card, mask_ssn, default, join, length. A variable that is not there is an error unless it has a default. Restricted fields must be masked.

Lines in:  {\"id\": 1, \"template\": \"Hello {{ name }}\", \"context\": {\"name\": \"Ann\"}}
Lines out: {\"id\": 1, \"ok\": true, \"output\": \"Hello Ann\"}
           {\"id\": 2, \"ok\": false, \"error\": \"restricted\"}

Exit codes: 0 rendered, 1 refused.

Examples:
  portcullis template render mail.html --context order.json
  portcullis template render --channel header < lines.jsonl";

/// `template validate`.
pub const TEMPLATE_VALIDATE: &str = "\
Lines in:  {\"id\": 1, \"template\": \"{{ password }}\"}
Lines out: {\"id\": 1, \"valid\": false, \"findings\": [{\"code\": \"restricted\", …, \"line\": 1, \"column\": 4}]}

Exit codes: 0 valid, 1 findings.

Example:
  portcullis template validate --policy policy.json mail.html";

/// `mask`.
pub const MASK: &str = "\
Every line is a document; the same document without what is hidden is a line of the answer. With --report, a line is {\"document\": …, \"masked\": [pointers], \"erased\": [pointers]}. Without a policy, fields are hidden by their names alone.

Examples:
  portcullis mask --policy policy.json user.json
  portcullis mask --policy policy.json --report < log.jsonl";

/// `workflow lint`.
pub const WORKFLOW_LINT: &str = "\
Definitions are in the canonical shape or in one of its two dialects. Where webhooks may go, which fields are restricted and what else definitions may do is said by the policy; without one, no webhook may be sent.

Lines in:  {\"id\": 1, \"workflow\": {…}}
Lines out: {\"id\": 1, \"findings\": [{\"rule\": …, \"severity\": \"high\", \"message\": …, \"location\": \"/actions/0/url\", …}]}

Exit codes: 0 no finding is as severe as --deny, 1 one is.

Examples:
  portcullis workflow lint --policy policy.json welcome.json
  portcullis workflow lint --policy policy.json --deny medium --format sarif welcome.json";

/// `workflow simulate`.
pub const WORKFLOW_SIMULATE: &str = "\
Shows which trigger fits, which conditions hold and on what values, every text with the event's values put in and restricted ones masked, what the policy says of each webhook, and each database action as a statement with parameters. Statements name only entities and fields that the policy lists under `workflows.entities`, and always have the tenant in them. What the event does not tell is unknown.

The event: {\"entity_type\": \"order\", \"operation\": \"update\", \"record\": {…}, \"previous\": {…}, \"user\": {\"id\": …, \"roles\": […], \"permissions\": […]}, \"queries\": {\"ID\": true}}

Exit codes: 0 the actions would run, 1 they would not, or the event does not tell.

Example:
  portcullis workflow simulate --policy policy.json --event event.json welcome.json";

/// `workflow convert`.
pub const WORKFLOW_CONVERT: &str = "\
Example:
  portcullis workflow convert exported.json";

/// `workflow rules`.
pub const WORKFLOW_RULES: &str = "\
Example:
  portcullis workflow rules --json";
