//! Amounts as people write them, and sums of them.

use nightjar_protocol::crypto::ConstantTimeEq;
use nightjar_protocol::digits;
use nightjar_protocol::limits::AMOUNT_MAX;
use nightjar_protocol::money::{Amount, ClaimCode, Currency, Error, Sum};
use nightjar_protocol::wire::{decode, encode};
use proptest::prelude::*;

fn currency(code: &str) -> Currency {
    Currency::parse(code).unwrap()
}

#[test]
fn a_currency_has_its_own_decimals() {
    for (code, decimals) in [("KRW", 0), ("jpy", 0), ("CNY", 2), ("Usd", 2), ("KPW", 2), ("KWD", 3), ("CLF", 4)] {
        assert_eq!(currency(code).decimals(), decimals, "{code}");
        assert_eq!(currency(code).code(), code.to_uppercase());
    }
    for text in ["", "CN", "CNYY", "XAU", "XXX", "BTC", "ＣＮＹ", "C Y", "   "] {
        assert_eq!(Currency::parse(text), Err(Error::Currency), "{text}");
    }
}

#[test]
fn what_a_person_types_is_read_strictly() {
    let read = |text, code| Amount::parse(text, currency(code)).map(Amount::minor);
    for (text, code, minor) in [
        ("2100", "CNY", 210_000),
        ("2100.5", "CNY", 210_050),
        ("2100.05", "CNY", 210_005),
        ("２１００．０５", "CNY", 210_005),
        ("0.01", "CNY", 1),
        ("007", "KRW", 7),
        ("1.234", "KWD", 1234),
        ("10000000000000.00", "CNY", AMOUNT_MAX),
    ] {
        assert_eq!(read(text, code), Ok(minor), "{text} {code}");
    }
    for (text, code, error) in [
        ("", "CNY", Error::Digits),
        (".", "CNY", Error::Digits),
        ("1.", "CNY", Error::Digits),
        (".5", "CNY", Error::Digits),
        ("-1", "CNY", Error::Digits),
        ("+1", "CNY", Error::Digits),
        (" 1", "CNY", Error::Digits),
        ("1,000", "CNY", Error::Digits),
        ("1_000", "CNY", Error::Digits),
        ("1.0.0", "CNY", Error::Digits),
        ("1e3", "CNY", Error::Digits),
        ("٣", "CNY", Error::Digits),
        ("1.001", "CNY", Error::Decimals),
        ("1.0", "KRW", Error::Decimals),
        ("0", "CNY", Error::Zero),
        ("0.00", "CNY", Error::Zero),
        ("10000000000000.01", "CNY", Error::TooLarge),
        ("18446744073709551616", "KRW", Error::TooLarge),
        ("99999999999999999999999999999999999999999", "KRW", Error::TooLarge),
    ] {
        assert_eq!(read(text, code), Err(error), "{text} {code}");
    }
}

#[test]
fn sums_are_of_one_currency() {
    let (yuan, won) = (currency("CNY"), currency("KRW"));
    let most = Amount::new(AMOUNT_MAX, yuan).unwrap();
    let sum = Sum::of(yuan, [most, most, Amount::new(5, won).unwrap()]);
    assert_eq!(sum.minor(), 2 * u128::from(AMOUNT_MAX));
    assert_eq!(sum.to_string(), "20000000000000.00 CNY");
    assert_eq!(sum.plus(Sum::nothing(won)), None);
    assert_eq!(sum.minus(Sum::nothing(won)), None);
    assert_eq!(Sum::from(most).minus(sum).unwrap().digits(), "0.00");
    assert_eq!(sum.minus(Sum::from(most)), Some(most.into()));
    assert_eq!(Sum::nothing(won).digits(), "0");
}

#[test]
fn a_claim_code_is_typed_as_a_spoken_code_is() {
    let text = ClaimCode::parse("482173056639").unwrap().text().to_string();
    assert_eq!(text, "4821-7305-6639");
    let typed = text.replace('-', "\u{3000}");
    assert!(bool::from(ClaimCode::parse(&typed).unwrap().ct_eq(&ClaimCode::parse(&text).unwrap())));
    assert_eq!(ClaimCode::parse(&text[..13]).err(), Some(digits::Error::TooShort));
    assert_eq!(ClaimCode::parse(&format!("{}0", text.as_str())).err(), Some(digits::Error::TooLong));
}

proptest! {
    #[test]
    fn an_amount_reads_as_it_is_written(minor in 1..=AMOUNT_MAX, code in prop::sample::select(vec!["KRW", "CNY", "KWD", "CLF"])) {
        let amount = Amount::new(minor, currency(code)).unwrap();
        prop_assert_eq!(Amount::parse(&amount.digits(), amount.currency()), Ok(amount));
        prop_assert_eq!(decode::<Amount, 64>(&encode(&amount).unwrap()), Ok(amount));
        prop_assert_eq!(amount.to_string(), format!("{} {code}", amount.digits()));
    }
}
