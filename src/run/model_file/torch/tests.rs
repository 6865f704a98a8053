use super::*;

/// The names of the tensors of a pickle that stands alone.
fn names(pickle: &[u8]) -> Result<Vec<String>, Fault> {
    let pickled = Pickled::read(pickle)?;
    let all = named(&pickled)?.into_iter();
    Ok(all.map(|(name, _)| name).collect())
}

#[test]
fn only_harmless_classes_have_a_meaning() {
    for call in [
        &b"cos\nsystem\n(X\x04\x00\x00\x00echotR."[..],
        b"cposix\nsystem\n.",
        b"cbuiltins\neval\n.",
        b"\x80\x04\x8c\x02os\x8c\x06system\x93.",
        b"c__main__\nGenerator\n)\x81.",
        b"ctorch\nload\n.",
    ] {
        assert!(matches!(names(call), Err(Fault::Calls(_))), "{call:?}");
    }
    let script = b"c__torch__.torch.nn\nModule\n.";
    assert_eq!(names(script), Err(Fault::TorchScript));
}

#[test]
fn claims_and_loops_end() {
    // Four gigabytes of text, a list in itself, lists that double thirty times.
    assert_eq!(names(b"X\xff\xff\xff\xffa."), Err(fault::CUT));
    let in_itself = b"]q\x00h\x00a.";
    assert!(matches!(names(in_itself), Err(Fault::Unusual(_))));
    let mut doubling = b"]q\x00".to_vec();
    for level in 1..11u8 {
        doubling.extend(b"]q");
        doubling.push(level);
        doubling.push(b'(');
        doubling.extend([b'h', level - 1].repeat(40));
        doubling.push(b'e');
    }
    doubling.push(b'.');
    assert!(matches!(names(&doubling), Err(Fault::Unusual(_))));
    let endless = b"N".repeat(machine::LONGEST + 1);
    assert!(matches!(names(&endless), Err(Fault::Unusual(_))));
    assert!(matches!(names(b"\xfe."), Err(Fault::Damaged(_))));
    for end in 0..b"}(X\x01\x00\x00\x00aK\x01u.".len() {
        assert!(names(&b"}(X\x01\x00\x00\x00aK\x01u."[..end]).is_err());
    }
}
