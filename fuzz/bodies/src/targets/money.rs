//! Amounts, currencies and claim codes as people type them: no panic, and each has one way to be written, which reads as
//! the same.

use nightjar_protocol::limits::AMOUNT_MAX;
use nightjar_protocol::money::{Amount, ClaimCode, Currency};

/// Tries an input.
pub fn run(data: &[u8]) {
    let Ok(text) = str::from_utf8(data) else { return };
    for code in ["KRW", "CNY", "KWD", "CLF"] {
        let currency = Currency::parse(code).unwrap();
        let Ok(amount) = Amount::parse(text, currency) else { continue };
        assert!((1..=AMOUNT_MAX).contains(&amount.minor()) && amount.currency().decimals() <= 4);
        let decimals = text.split(['.', '\u{ff0e}']).nth(1).map_or(0, |decimals| decimals.chars().count());
        assert!(decimals <= amount.currency().decimals(), "more decimals than the currency has");
        assert_eq!(Amount::parse(&amount.digits(), currency), Ok(amount));
    }
    if let Ok(currency) = Currency::parse(text) {
        assert_eq!(currency.code(), text.to_uppercase());
    }
    if let Ok(code) = ClaimCode::parse(text) {
        assert_eq!(*ClaimCode::parse(&code.text()).unwrap().text(), *code.text());
    }
}
