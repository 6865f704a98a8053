//! Whether the messages of a file are as many as a generator's: each takes a hundred times its bytes in memory.

/// Fields of all messages that are read.
const MOST_FIELDS: usize = 100_000;

/// Where messages stand in messages, by the numbers of their fields: those of a model, of its graph, of a node, of an
/// attribute, and of an input's or output's shape.
const NESTED: [(&[u64], &[u64]); 10] = [
    (&[], &[7, 8, 14]),
    (&[7], &[1, 5, 11, 12]),
    (&[7, 1], &[5]),
    (&[7, 1, 5], &[5]),
    (&[7, 11], &[2]),
    (&[7, 11, 2], &[1]),
    (&[7, 11, 2, 1], &[2]),
    (&[7, 12], &[2]),
    (&[7, 12, 2], &[1]),
    (&[7, 12, 2, 1], &[2]),
];

/// Lists of whole numbers, which take eight times their bytes: an attribute's, and a tensor's shape and contents.
const LISTS: [(&[u64], u64); 5] = [
    (&[7, 1, 5], 8),
    (&[7, 5], 1),
    (&[7, 5], 7),
    (&[7, 1, 5, 5], 1),
    (&[7, 1, 5, 5], 7),
];
const LONGEST_LIST: usize = 4096;

/// Whether reading `bytes` takes memory in proportion to what a generator needs; false for what is no such message
/// either.
pub(super) fn are_kept(bytes: &[u8]) -> bool {
    let mut left = MOST_FIELDS;
    count(bytes, &[], &mut left)
}

fn count(mut rest: &[u8], path: &[u64], left: &mut usize) -> bool {
    let nested = NESTED.iter().find(|(own, _)| *own == path);
    let nested = nested.map_or(&[][..], |(_, fields)| *fields);
    while !rest.is_empty() {
        let Some(less) = left.checked_sub(1) else {
            return false;
        };
        *left = less;
        let Some((key, behind)) = varint(rest) else {
            return false;
        };
        let (field, length, behind) = match (key >> 3, key & 7) {
            (field, 0) => match varint(behind) {
                Some((_, behind)) => (field, 0, behind),
                None => return false,
            },
            (field, 1) => (field, 8, behind),
            (field, 2) => match varint(behind) {
                Some((length, behind)) => (field, length, behind),
                None => return false,
            },
            (field, 5) => (field, 4, behind),
            _ => return false,
        };
        let Some((inner, behind)) = usize::try_from(length)
            .ok()
            .and_then(|length| behind.split_at_checked(length))
        else {
            return false;
        };
        if LISTS.contains(&(path, field)) && inner.len() > LONGEST_LIST {
            return false;
        }
        let is_message = key & 7 == 2 && nested.contains(&field);
        if is_message && !count(inner, &[path, &[field]].concat(), left) {
            return false;
        }
        rest = behind;
    }
    true
}

/// A number in seven bits a byte, the low ones first, and what follows it.
fn varint(bytes: &[u8]) -> Option<(u64, &[u8])> {
    let length = bytes.iter().take(10).position(|byte| byte & 0x80 == 0)? + 1;
    let (own, rest) = bytes.split_at(length);
    let number = own.iter().rev();
    let number = number.fold(0u64, |number, byte| number << 7 | u64::from(byte & 0x7f));
    Some((number, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_so_many_messages_are_read() {
        assert!(are_kept(&[8, 8]));
        assert!(!are_kept(&[8]));
        assert!(!are_kept(&[0x3a, 200, 1, 0]));
        let graph = [0x2a, 0].repeat(MOST_FIELDS);
        let mut bytes = vec![0x3a];
        bytes.extend([graph.len() as u8 | 0x80, (graph.len() >> 7) as u8 | 0x80]);
        bytes.push((graph.len() >> 14) as u8);
        bytes.extend(&graph);
        assert!(!are_kept(&bytes));
    }
}
