//! Numbers with their thousands apart, and amounts of money.

use alloc::{format, string::String};

use portcullis_wire::guard::RenderErrorKind as Kind;

use super::{
    super::{
        operators,
        value::{Value, restricted, undefined, wrong_type},
    },
    RenderError,
};

/// More decimals say nothing that a double holds.
const MAX_DECIMALS: usize = 20;

/// A number, or a text that is one.
pub(super) enum Number {
    Int(i64),
    Float(f64),
}

pub(super) fn read(of: &Value<'_>) -> Result<Number, RenderError> {
    match of {
        Value::Int(number) => Ok(Number::Int(*number)),
        Value::Float(number) => Ok(Number::Float(*number)),
        Value::Str(_) => {
            let text = operators::text(of)?;
            let int = text.parse().map(Number::Int);
            let float = || text.parse::<f64>().ok().filter(|number| number.is_finite()).map(Number::Float);
            int.ok().or_else(float).ok_or(wrong_type("the text is not a number"))
        }
        Value::Restricted(_) => Err(restricted()),
        Value::Undefined => Err(undefined()),
        _ => Err(wrong_type("expected a number")),
    }
}

/// `1,234,567.89`; without `decimals`, as many as there are.
pub(super) fn grouped(number: &Number, decimals: Option<usize>) -> String {
    let digits = match (number, decimals.map(|decimals| decimals.min(MAX_DECIMALS))) {
        (Number::Int(number), None | Some(0)) => format!("{number}"),
        (Number::Int(number), Some(decimals)) => format!("{number}.{:0<decimals$}", ""),
        (Number::Float(number), None) => format!("{number}"),
        (Number::Float(number), Some(decimals)) => format!("{number:.decimals$}"),
    };
    let (sign, digits) = match digits.strip_prefix('-') {
        // What is rounded to nothing is not below it.
        Some(digits) if digits.bytes().any(|byte| matches!(byte, b'1'..=b'9')) => ("-", digits),
        Some(digits) => ("", digits),
        None => ("", digits.as_str()),
    };
    let (whole, rest) =
        digits.split_at_checked(digits.find('.').unwrap_or(digits.len())).unwrap_or((digits, ""));
    let mut out = String::from(sign);
    for (at, digit) in whole.chars().enumerate() {
        if at > 0 && whole.len().saturating_sub(at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out.push_str(rest);
    out
}

/// `$1,234.50`, `-€3.00`, `CHF 12.00`: by the currency's code (ISO 4217).
pub(super) fn currency(number: &Number, code: &str) -> Result<String, RenderError> {
    if code.len() != 3 || !code.bytes().all(|byte| byte.is_ascii_uppercase()) {
        return Err(RenderError::new(Kind::Type, "a currency is a code of three capitals"));
    }
    let decimals = match code {
        "BIF" | "CLP" | "DJF" | "GNF" | "ISK" | "JPY" | "KMF" | "KRW" | "PYG" | "RWF" | "UGX" | "VND"
        | "VUV" | "XAF" | "XOF" | "XPF" => 0,
        "BHD" | "IQD" | "JOD" | "KWD" | "LYD" | "OMR" | "TND" => 3,
        _ => 2,
    };
    let symbol = match code {
        "USD" => "$",
        "EUR" => "€",
        "GBP" => "£",
        "JPY" => "¥",
        "INR" => "₹",
        "KRW" => "₩",
        _ => "",
    };
    let amount = grouped(number, Some(decimals));
    let (sign, amount) = amount.strip_prefix('-').map_or(("", amount.as_str()), |amount| ("-", amount));
    Ok(if symbol.is_empty() { format!("{sign}{code} {amount}") } else { format!("{sign}{symbol}{amount}") })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_stand_apart() {
        assert_eq!(grouped(&Number::Int(0), None), "0");
        assert_eq!(grouped(&Number::Int(-1_234_567), None), "-1,234,567");
        assert_eq!(grouped(&Number::Int(i64::MIN), Some(2)), "-9,223,372,036,854,775,808.00");
        assert_eq!(grouped(&Number::Float(1234.5), None), "1,234.5");
        assert_eq!(grouped(&Number::Float(999.999), Some(2)), "1,000.00");
        assert_eq!(grouped(&Number::Float(-0.001), Some(2)), "0.00");
    }

    #[test]
    fn amounts_have_their_currencys_sign_and_decimals() {
        assert_eq!(currency(&Number::Float(1234.5), "USD").unwrap(), "$1,234.50");
        assert_eq!(currency(&Number::Int(-3), "EUR").unwrap(), "-€3.00");
        assert_eq!(currency(&Number::Int(1200), "JPY").unwrap(), "¥1,200");
        assert_eq!(currency(&Number::Int(12), "CHF").unwrap(), "CHF 12.00");
        assert!(currency(&Number::Int(1), "<b>").is_err());
    }
}
