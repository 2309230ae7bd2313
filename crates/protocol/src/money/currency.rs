//! Currencies and how many decimals each has. Spec: transfer, "Amounts".

use core::fmt;

use bincode::de::Decoder;
use bincode::error::DecodeError;
use bincode::{Decode, Encode};

use super::Error;

/// A currency of the table below: its ISO 4217 alphabetic code.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Encode)]
pub struct Currency([u8; 3]);

impl Currency {
    /// Reads a code, in capitals or small letters.
    ///
    /// # Errors
    /// [`Error::Currency`] if the table does not have it.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let code: [u8; 3] = text.as_bytes().try_into().map_err(|_| Error::Currency)?;
        Self::new(code.map(|letter| letter.to_ascii_uppercase()))
    }

    /// Three capitals, such as `CNY`.
    #[must_use]
    pub fn code(&self) -> &str {
        str::from_utf8(&self.0).unwrap_or_default()
    }

    /// Decimals that its amounts are written with, 0 to 4: one unit is 10 to this power minor units.
    #[must_use]
    pub fn decimals(self) -> usize {
        TABLE.iter().find(|(_, codes)| self.is_among(codes)).map_or(0, |(decimals, _)| *decimals)
    }

    fn new(code: [u8; 3]) -> Result<Self, Error> {
        let currency = Self(code);
        match TABLE.iter().any(|(_, codes)| currency.is_among(codes)) {
            true => Ok(currency),
            false => Err(Error::Currency),
        }
    }

    fn is_among(self, codes: &str) -> bool {
        codes.split_ascii_whitespace().any(|code| code.as_bytes() == self.0)
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl fmt::Debug for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl<Context> Decode<Context> for Currency {
    fn decode<D: Decoder<Context = Context>>(decoder: &mut D) -> Result<Self, DecodeError> {
        Self::new(Decode::decode(decoder)?).map_err(|_| DecodeError::Other("currency"))
    }
}

bincode::impl_borrow_decode!(Currency);

/// ISO 4217, list one as of 2026-01-01, without what has no minor unit: decimals, and the codes that have so many.
const TABLE: [(usize, &str); 4] = [
    (0, "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF"),
    (
        2,
        "AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD CDF CHE CHF CHW
        CNY COP COU CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF
        IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK
        MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP
        SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD USN UYU UZS VED VES WST XAD XCD XCG
        YER ZAR ZMW ZWG",
    ),
    (3, "BHD IQD JOD KWD LYD OMR TND"),
    (4, "CLF UYW"),
];
