//! Lists and bytes whose length is drawn first: `Vec` asks after each element whether there is another, so that in random
//! input even three are rare.

use std::ops::Deref;

use arbitrary::{Arbitrary, Result, Unstructured};

/// Elements of a list, at most.
const MOST: usize = 12;

/// A few of anything, none among four times.
#[derive(Debug, Clone)]
pub struct Few<T>(Vec<T>);

/// Some bytes.
#[derive(Debug, Clone)]
pub struct Bytes(Vec<u8>);

impl<'a, T: Arbitrary<'a>> Arbitrary<'a> for Few<T> {
    fn arbitrary(input: &mut Unstructured<'a>) -> Result<Self> {
        let most = input.int_in_range(0..=MOST)?;
        let count = input.int_in_range(0..=most)?;
        (0..count).map_while(|_| (!input.is_empty()).then(|| T::arbitrary(input))).collect::<Result<_>>().map(Self)
    }
}

impl<'a> Arbitrary<'a> for Bytes {
    fn arbitrary(input: &mut Unstructured<'a>) -> Result<Self> {
        <&[u8]>::arbitrary(input).map(|bytes| Self(bytes.to_vec()))
    }
}

impl<T> Deref for Few<T> {
    type Target = [T];

    fn deref(&self) -> &[T] {
        &self.0
    }
}

impl Deref for Bytes {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.0
    }
}
