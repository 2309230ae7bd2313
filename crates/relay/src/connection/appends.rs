//! Appends that the store has not answered. Those of one read go to it together, in order: a store that makes many durable
//! at once, or is a network away, then takes no longer for a window of cells than for one.

use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll};

use nightjar_protocol::wire::Reply;

/// Appends in the order in which they were asked for.
#[derive(Default)]
pub(super) struct Appends(Vec<Append>);

enum Append {
    Waits(Pin<Box<dyn Future<Output = Reply> + Send>>),
    Answered(Reply),
}

impl Appends {
    /// Adds one, which begins with the next [`Self::answers`].
    pub fn push(&mut self, append: impl Future<Output = Reply> + Send + 'static) {
        self.0.push(Append::Waits(Box::pin(append)));
    }

    /// The answers to all of them, in order.
    pub async fn answers(&mut self) -> impl Iterator<Item = Reply> + use<> {
        poll_fn(|context| {
            // Each is polled, whether those before it are answered or not: so all of them have begun, in order.
            let answered = self.0.iter_mut().map(|append| append.is_answered(context)).fold(true, |all, one| all & one);
            if answered { Poll::Ready(()) } else { Poll::Pending }
        })
        .await;
        std::mem::take(&mut self.0).into_iter().filter_map(|append| match append {
            Append::Answered(reply) => Some(reply),
            Append::Waits(_) => None,
        })
    }
}

impl Append {
    fn is_answered(&mut self, context: &mut Context<'_>) -> bool {
        if let Self::Waits(append) = self
            && let Poll::Ready(reply) = append.as_mut().poll(context)
        {
            *self = Self::Answered(reply);
        }
        matches!(self, Self::Answered(_))
    }
}

#[cfg(test)]
mod tests {
    use nightjar_protocol::wire::Refusal;
    use tokio::sync::oneshot;

    use super::*;

    #[tokio::test]
    async fn all_begin_at_once_and_are_answered_in_order() {
        let (mut appends, mut begun, mut ends) = (Appends::default(), Vec::new(), Vec::new());
        for _ in 0..3 {
            let ((begins, began), (end, ended)) = (oneshot::channel(), oneshot::channel());
            appends.push(async move {
                let _ = begins.send(());
                ended.await.unwrap()
            });
            begun.push(began);
            ends.push(end);
        }
        let answers = tokio::spawn(async move { appends.answers().await.collect::<Vec<_>>() });
        for began in begun {
            began.await.expect("begun before any is answered");
        }
        let replies = [Reply::Done, Reply::Refused(Refusal::MailboxFull), Reply::Refused(Refusal::Unavailable)];
        for (end, reply) in ends.into_iter().zip(replies).rev() {
            end.send(reply).unwrap();
        }
        assert_eq!(answers.await.unwrap(), replies);
    }

    #[tokio::test]
    async fn none_is_answered_by_none() {
        assert_eq!(Appends::default().answers().await.count(), 0);
    }
}
