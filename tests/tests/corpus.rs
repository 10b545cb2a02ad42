//! Every host decides the corpus as the corpus says, and all of them with the same bytes.

use portcullis_tests::{corpus, hosts};
use portcullis_wire::Decision;

#[test]
fn every_host_decides_the_corpus_alike_and_as_expected() {
    let mut transcripts = Vec::new();
    for name in ["native", "wasmtime", "node"] {
        let mut host = hosts::by_name(name, &hosts::dist()).unwrap();
        let mut transcript = Vec::new();
        let mut wrong = Vec::new();
        for (group_name, group) in corpus::read() {
            host.load(&group).unwrap_or_else(|error| panic!("{name}: {group_name}: {error}"));
            for case in &group.cases {
                let id = format!("{group_name}/{}", case.id);
                let json = host
                    .decide(case, case.now.unwrap_or(group.now))
                    .unwrap_or_else(|error| panic!("{name}: {id}: {error}"));
                let decision: Decision<'_> = serde_json::from_str(&json)
                    .unwrap_or_else(|error| panic!("{name}: {id}: {error}: {json}"));
                let expect = case.expect.as_ref().unwrap_or_else(|| panic!("{id} expects nothing"));
                let found = (decision.reason.code(), decision.stage.map(|stage| stage.name()));
                let operation_differs = expect.operation.is_some()
                    && expect.operation.as_deref() != decision.operation.as_deref();
                if found != (expect.reason.as_str(), expect.stage.as_deref())
                    || operation_differs
                    || decision.receipt.is_some() != group.receipts
                    || decision.decision != decision.reason.allows()
                {
                    wrong.push(format!("{id} ({}): {json}", case.why));
                }
                transcript.push(format!("{id} {json}"));
            }
        }
        assert!(wrong.is_empty(), "{name} differs in {} cases:\n{}", wrong.len(), wrong.join("\n"));
        assert!(transcript.len() > 250, "the corpus has shrunk to {} cases", transcript.len());
        transcripts.push((name, transcript));
    }
    let (first, rest) = transcripts.split_first().unwrap();
    for other in rest {
        for (one, two) in first.1.iter().zip(&other.1) {
            assert_eq!(one, two, "{} and {}", first.0, other.0);
        }
        assert_eq!(first.1.len(), other.1.len());
    }
}
