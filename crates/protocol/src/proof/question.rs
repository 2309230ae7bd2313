//! What is asked, and the answers as their asker stores them. Spec: proof, "Inputs".

use bincode::{Decode, Encode};
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use super::{Asker, Error, M1_LEN};
use crate::cpace::SHARE_LEN;
use crate::crypto::{Choice, ConstantTimeEq, Element};
use crate::keys::Random;
use crate::limits::QUESTION_MAX;
use crate::nickname::Word;

/// Whether a question can be shown on somebody else's terminal: 1 to [`QUESTION_MAX`] bytes, nothing that moves the
/// cursor or turns the text around.
#[must_use]
pub fn is_question(text: &str) -> bool {
    let bad = |c: char| {
        c.is_control()
            || matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    (1..=QUESTION_MAX).contains(&text.len()) && !text.contains(bad)
}

/// Refuses an M1 that is not two group elements: nobody is to be asked for an answer to it.
///
/// # Errors
/// [`Error::Share`].
pub fn check_m1(m1: &[u8; M1_LEN]) -> Result<(), Error> {
    let (shares, _) = m1.as_chunks::<SHARE_LEN>();
    shares.iter().try_for_each(|share| Element::decode(share).map(drop)).map_err(|_| Error::Share)
}

/// The answers to a question in their stored form, in normal form: secrets of low entropy.
#[derive(Encode, Decode, Zeroize, ZeroizeOnDrop)]
pub struct Words {
    real: String,
    duress: Option<String>,
}

impl Words {
    /// Takes a copy of the real answer and of the one that means "I am made to do this".
    ///
    /// # Errors
    /// [`Error::SameWord`] if both normalise alike.
    pub fn new(real: &Word, duress: Option<&Word>) -> Result<Self, Error> {
        match duress.is_some_and(|duress| duress.ct_eq(real).into()) {
            true => Err(Error::SameWord),
            false => Ok(Self { real: stored(real), duress: duress.map(stored) }),
        }
    }

    /// A second copy, made on purpose: there is no `Clone`.
    #[must_use]
    pub fn duplicate(&self) -> Self {
        Self { real: self.real.clone(), duress: self.duress.clone() }
    }

    /// Whether what was stored are two answers, both in normal form and not the same.
    #[must_use]
    pub fn is_sound(&self) -> bool {
        self.load().is_ok_and(|(real, duress)| duress.is_none_or(|duress| !bool::from(duress.ct_eq(&real))))
    }

    /// Whether there is a word that means "I am made to do this".
    #[must_use]
    pub const fn has_duress(&self) -> bool {
        self.duress.is_some()
    }

    /// Whether one of these words is one of the others.
    #[must_use]
    pub fn shares_a_word(&self, other: &Self) -> bool {
        let pairs = self.all().flat_map(|one| other.all().map(move |it| (one, it)));
        pairs.fold(Choice::from(0), |any, (one, it)| any | one.as_bytes().ct_eq(it.as_bytes())).into()
    }

    /// Starts an attempt at the question: the asker's stored state, a secret, and M1.
    ///
    /// # Errors
    /// [`Error::State`] if these are no answers that [`Words::new`] took.
    pub fn start(
        &self,
        context: &[u8],
        attempt: u32,
        random: &mut impl Random,
    ) -> Result<(Zeroizing<Vec<u8>>, [u8; M1_LEN]), Error> {
        let (real, duress) = self.load()?;
        let (asker, m1) = Asker::start(&real, duress.as_ref(), context, attempt, random)?;
        Ok((asker.store(), m1))
    }

    fn all(&self) -> impl Iterator<Item = &String> {
        [&self.real].into_iter().chain(&self.duress)
    }

    fn load(&self) -> Result<(Word, Option<Word>), Error> {
        let word = |stored: &String| Word::from_stored(stored).map_err(|_| Error::State);
        Ok((word(&self.real)?, self.duress.as_ref().map(word).transpose()?))
    }
}

fn stored(word: &Word) -> String {
    word.display().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(real: &str, duress: Option<&str>) -> Words {
        let [real, duress] = [Some(real), duress].map(|it| it.map(|it| Word::normalise(it).unwrap()));
        Words::new(&real.unwrap(), duress.as_ref()).unwrap()
    }

    #[test]
    fn a_word_that_serves_twice_is_found_wherever_it_stands() {
        let ours = words("swallow", Some("magpie"));
        for (theirs, shared) in [
            (words("robin", Some("wren")), false),
            (words("robin", None), false),
            (words("swallow", Some("wren")), true),
            (words("robin", Some("magpie")), true),
            (words("magpie", Some("swallow")), true),
            // Two matches are no less than one.
            (words("swallow", Some("magpie")), true),
        ] {
            assert_eq!(ours.shares_a_word(&theirs), shared);
            assert_eq!(theirs.shares_a_word(&ours), shared);
        }
    }

    #[test]
    fn a_duress_word_is_said_to_be_there_when_it_is() {
        assert!(words("swallow", Some("magpie")).has_duress());
        assert!(!words("swallow", None).has_duress());
    }
}
