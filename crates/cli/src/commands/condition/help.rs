//! What the help of these commands says beyond their options. Paragraphs are one line each, as they
//! are wrapped to the terminal.

/// `condition check`.
pub(super) const CHECK: &str = "\
Conditions are CEL, the Common Expression Language. The types are a JSON object: names with \"dyn\", \"bool\", \"int\", \"uint\", \"double\", \"string\", \"bytes\", \"timestamp\", \"duration\", {\"list\": …}, {\"map\": [key, value]}, {\"record\": {field: …}} or {\"nullable\": …}.

Exit codes: 0 right, 1 not.

Example:
  echo '{\"user\": {\"record\": {\"id\": \"string\", \"age\": \"int\"}}}' > types.json
  portcullis condition check 'user.age >= 18' --types types.json";

/// `condition eval`.
pub(super) const EVAL: &str = "\
Facts are a JSON object, a member for each variable; whole numbers are ints, other numbers doubles. Without --types, a variable has the type of its fact. With --unknown, the answer is what is left to ask.

Lines in, with values that carry their type:
  {\"id\": 1, \"expr\": \"x + 1 == 2\", \"bindings\": {\"x\": {\"int\": \"1\"}}}
Lines out:
  {\"id\": 1, \"value\": {\"bool\": true}, \"error\": null}
  {\"id\": 2, \"value\": null, \"error\": {\"kind\": \"parse\", \"offset\": 4, \"message\": …}}
The kinds of errors are parse, check, evaluation, limit and unsupported.

Exit codes: 0 if there is a value, and it is not false; 1 otherwise; for lines 0, or 2 if one was malformed.

Examples:
  portcullis condition eval 'size([1, 2]) > 1'
  portcullis condition eval 'user.age >= 18 || user.admin' --set 'user={\"age\": 17, \"admin\": true}'
  portcullis condition eval 'resource.owner == user.id' --set 'user={\"id\": \"u1\"}' --unknown resource
  portcullis condition eval < lines.jsonl";
