//! Files that people take for model files: told by their content, with the way to one that can be read.

/// What begins so, and what it is.
const KINDS: [(&[u8], &str); 11] = [
    (b"\x1f\x8b", "this is a gzip file; unpack it first"),
    (
        b"\x89HDF",
        "this is an HDF5 file, as Keras writes; only models of PyTorch's DCGAN as .safetensors, .pth or .onnx can be read",
    ),
    (
        b"GGUF",
        "this is a GGUF file, which holds a language model or the like and no DCGAN",
    ),
    (
        b"\x93NUMPY",
        "this is an array of NumPy; save all tensors of the generator with safetensors.numpy.save_file",
    ),
    (
        b"version https://git-lfs",
        "this is a pointer of Git LFS and not the file itself; get that with git lfs pull",
    ),
    (
        b"<",
        "this is a web page or other markup; download the file itself",
    ),
    (b"{", "this is JSON; choose the .safetensors file itself"),
    (b"[", "this is JSON; choose the .safetensors file itself"),
    (b"\x89PNG", "this is a picture"),
    (b"\xff\xd8\xff", "this is a picture"),
    (b"GIF8", "this is a picture"),
];

/// What a file that is no safetensors file is instead; `None` where that is not known.
pub(super) fn kind(bytes: &[u8]) -> Option<&'static str> {
    if bytes.is_empty() {
        return Some("the file is empty");
    }
    // Eight bytes of length, then JSON: it was a safetensors file once.
    if bytes.get(8) == Some(&b'{') {
        return None;
    }
    if bytes.get(4..8) == Some(b"TFL3") {
        return Some(
            "this is a TensorFlow Lite file; only models of PyTorch's DCGAN as .safetensors, .pth or .onnx can be read",
        );
    }
    let found = KINDS.iter().find(|(start, _)| bytes.starts_with(start));
    found.map(|(_, what)| *what)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_known_by_their_content() {
        let cases: [(&[u8], &str); 4] = [
            (b"", "empty"),
            (b"\x1c\x00\x00\x00TFL3", "TensorFlow Lite"),
            (
                b"version https://git-lfs.github.com/spec/v1",
                "git lfs pull",
            ),
            (b"<!DOCTYPE html>", "web page"),
        ];
        for (bytes, expected) in cases {
            assert!(kind(bytes).unwrap().contains(expected), "{expected}");
        }
        assert_eq!(kind(b"\x08\x07\x12\x00\x00\x00\x00\x00{"), None);
        assert_eq!(kind(b"anything"), None);
    }
}
