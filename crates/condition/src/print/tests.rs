use alloc::{format, vec};

use crate::{Condition, Declarations, Duration, Kind, Shared, Timestamp, Value};

#[test]
fn values_are_written_as_literals_that_mean_them() {
    let text = |text| Value::string(text);
    for (value, expected) in [
        (Value::Null, "null"),
        (Value::Bool(true), "true"),
        (Value::Int(i64::MIN), "-9223372036854775808"),
        (Value::Uint(7), "7u"),
        (Value::Double(1.0), "1.0"),
        (Value::Double(-1e300), "-1e300"),
        (Value::Double(f64::NEG_INFINITY), "double(\"-inf\")"),
        (Value::Double(f64::NAN), "double(\"NaN\")"),
        (text("a\"\\\n\u{1}\u{e9}\u{202e}\u{1f512}"), "\"a\\\"\\\\\\n\\u0001\u{e9}\\u202e\u{1f512}\""),
        (Value::Bytes(Shared::Borrowed(b"a\"\\\xff")), "b\"a\\\"\\\\\\xff\""),
        (Value::Timestamp(Timestamp::new(0, 5).unwrap()), "timestamp(\"1970-01-01T00:00:00.000000005Z\")"),
        (Value::Duration(Duration::from_nanos(-1_500_000_000)), "duration(\"-1.5s\")"),
        (Value::Type(Kind::Duration), "google.protobuf.Duration"),
        (Value::list(vec![Value::Int(1), text("a")]), "[1, \"a\"]"),
        (Value::map(vec![(text("a"), Value::Null)]), "{\"a\": null}"),
    ] {
        assert_eq!(format!("{value}"), expected);
        let condition = Condition::compile(expected, &Declarations::new()).expect(expected);
        let again = condition.evaluate(&vec![]).expect(expected);
        assert_eq!(format!("{again}"), expected);
        assert_eq!(again.kind(), value.kind());
    }
}
