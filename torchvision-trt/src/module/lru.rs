//! A small map that forgets what was not used for longest.

/// At most `capacity` values by key, the latest used first. Meant for a handful: looking up walks the list.
#[derive(Debug)]
pub(super) struct Lru<K, V> {
    capacity: usize,
    entries: Vec<(K, V)>,
}

impl<K, V> Lru<K, V> {
    pub(super) fn new(capacity: usize) -> Self {
        Self {
            capacity: capacity.max(1),
            entries: Vec::new(),
        }
    }

    /// Makes the entry of this key the latest; false when there is none. Allocates nothing.
    pub(super) fn touch<Q: PartialEq + ?Sized>(&mut self, key: &Q) -> bool
    where
        K: std::borrow::Borrow<Q>,
    {
        match self
            .entries
            .iter()
            .position(|(known, _)| known.borrow() == key)
        {
            Some(position) => {
                self.entries[..=position].rotate_right(1);
                true
            }
            None => false,
        }
    }

    /// Drops the oldest entries until there is room for one more.
    pub(super) fn make_room(&mut self) {
        self.entries.truncate(self.capacity - 1);
    }

    /// Adds an entry as the latest.
    pub(super) fn insert(&mut self, key: K, value: V) {
        self.make_room();
        self.entries.insert(0, (key, value));
    }

    /// The latest entry.
    pub(super) fn latest(&self) -> Option<&V> {
        self.entries.first().map(|(_, value)| value)
    }

    /// The latest entry, for changes.
    pub(super) fn latest_mut(&mut self) -> Option<&mut V> {
        self.entries.first_mut().map(|(_, value)| value)
    }

    pub(super) fn len(&self) -> usize {
        self.entries.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_unused_entry_goes_first() {
        let mut lru: Lru<Vec<i64>, &str> = Lru::new(2);
        assert!(lru.latest().is_none());
        lru.insert(vec![1], "one");
        lru.insert(vec![2], "two");
        assert!(lru.touch(&[1][..]));
        assert_eq!(lru.latest(), Some(&"one"));
        lru.insert(vec![3], "three");
        assert_eq!(lru.len(), 2);
        assert!(!lru.touch(&[2][..]), "two was used longest ago");
        assert!(lru.touch(&[1][..]));
    }

    #[test]
    fn room_is_made_before_a_new_value_exists() {
        let mut lru: Lru<i32, i32> = Lru::new(0);
        lru.insert(1, 1);
        lru.make_room();
        assert_eq!(lru.len(), 0, "a capacity of 0 counts as 1");
    }
}
