//! Sessions for all threads: each thread has a place that it tries first, so that in the usual case
//! nobody waits and every thread finds its own session warm.

use std::{
    cell::Cell,
    sync::{
        Mutex, MutexGuard, PoisonError, TryLockError,
        atomic::{AtomicUsize, Ordering},
    },
};

/// A session and the generation that it was made for.
pub(crate) struct Warm<T> {
    pub(crate) generation: u64,
    pub(crate) session: T,
}

pub(crate) struct Pool<T> {
    places: Box<[Mutex<Option<Warm<T>>>]>,
}

static NEXT_THREAD: AtomicUsize = AtomicUsize::new(0);

thread_local! {
    static THREAD: Cell<usize> = Cell::new(NEXT_THREAD.fetch_add(1, Ordering::Relaxed));
}

impl<T> Pool<T> {
    pub(crate) fn new(size: usize) -> Self {
        Self { places: (0..size.max(1)).map(|_| Mutex::new(None)).collect() }
    }

    /// A place that nobody else uses now. Waits only while all are in use.
    pub(crate) fn take(&self) -> MutexGuard<'_, Option<Warm<T>>> {
        let first = THREAD.with(Cell::get) % self.places.len();
        let (before, after) = self.places.split_at(first);
        for place in after.iter().chain(before) {
            match place.try_lock() {
                Ok(free) => return free,
                Err(TryLockError::Poisoned(poisoned)) => return emptied(place, poisoned),
                Err(TryLockError::WouldBlock) => {}
            }
        }
        let place = &self.places[first];
        place.lock().unwrap_or_else(|poisoned| emptied(place, poisoned))
    }
}

/// A place where a thread panicked. What it left may be half-way through something.
fn emptied<'p, T>(
    place: &'p Mutex<Option<Warm<T>>>,
    poisoned: PoisonError<MutexGuard<'p, Option<Warm<T>>>>,
) -> MutexGuard<'p, Option<Warm<T>>> {
    let mut emptied = poisoned.into_inner();
    *emptied = None;
    place.clear_poison();
    emptied
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_where_a_thread_panicked_is_used_again() {
        let pool = Pool::<u32>::new(2);
        for place in &pool.places {
            *place.lock().unwrap() = Some(Warm { generation: 1, session: 7 });
            let panicked = std::thread::scope(|scope| {
                let panics = || {
                    let _held = place.lock();
                    panic!("while it holds a place");
                };
                scope.spawn(panics).join()
            });
            assert!(panicked.is_err() && place.is_poisoned());
        }
        let (one, two) = (pool.take(), pool.take());
        assert!(one.is_none() && two.is_none());
        assert!(pool.places.iter().all(|place| !place.is_poisoned()));
    }

    #[test]
    fn a_thread_finds_its_own_session_and_another_one_while_that_is_in_use() {
        let pool = Pool::<u32>::new(2);
        let mut own = pool.take();
        *own = Some(Warm { generation: 1, session: 1 });
        *pool.take() = Some(Warm { generation: 1, session: 2 });
        drop(own);
        assert_eq!(pool.take().as_ref().map(|warm| warm.session), Some(1));
    }
}
