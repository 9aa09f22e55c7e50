"""Row A06 of the list of faults: nothing that is hostile in an HDF5 file is followed or read."""

import random
import resource

import h5py
import numpy as np
import pytest

from secretome.faults import InputFaults
from secretome.readers import hdf5


def external_storage(file, secret):
    file.create_dataset("X", (10,), "u1", external=[(str(secret), 0, 10)])


def external_link(file, secret):
    file["X"] = h5py.ExternalLink(str(secret), "/")


def soft_link(file, secret):
    file["X"] = h5py.SoftLink("/Y")


def virtual(file, secret):
    layout = h5py.VirtualLayout((10,), "u1")
    layout[:] = h5py.VirtualSource(str(secret), "d", (10,))
    file.create_virtual_dataset("deep/down/X", layout)


def circle(file, secret):
    file.create_group("a")["b"] = file["/"]


def claimed(file, secret):
    file.create_dataset("X", (10**5, 10**4), "f8", chunks=(10, 10))


def huge(file, secret):
    file.create_dataset("X", (10**6, 10**6), "f8", chunks=(10, 10))


def huge_chunks(file, secret):
    data = file.create_dataset("X", (3 * 10**8,), "u1", chunks=(3 * 10**8,), compression="gzip")
    data.id.write_direct_chunk((0,), b"\0" * 300_000)


def unknown_filter(file, secret):
    layout = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
    layout.set_chunk((10,))
    layout.set_filter(32015, h5py.h5z.FLAG_OPTIONAL, ())
    h5py.h5d.create(file.id, b"X", h5py.h5t.NATIVE_INT32, h5py.h5s.create_simple((100,)), layout)


def lossy_filter(file, secret):
    file.create_dataset("X", (100,), "i4", chunks=(10,), scaleoffset=0)


def deep(file, secret):
    for _ in range(hdf5.DEEPEST + 3):
        file = file.create_group("g")


def many(file, secret):
    for number in range(hdf5.MOST_OBJECTS + 2):
        file.create_group(str(number))


def no_text(file, secret):
    h5py.h5g.create(file.id, b"\xff\xfe")


@pytest.mark.parametrize(
    ("make", "problem"),
    [
        (external_storage, "/X: keeps its data in another file"),
        (external_link, "/X: is an external link, to another file"),
        (soft_link, "/X: is a soft link"),
        (virtual, "/deep/down/X: is a virtual data set"),
        (circle, "/a/b: is a group that stands in two places, or in itself"),
        (claimed, "/X: .* has a shape of 8.0 GB, and 0 bytes of data"),
        (huge, "/X: .* has a shape of 8,000 GB"),
        (huge_chunks, "/X: .* has chunks of 300 MB"),
        (unknown_filter, "/X: '32015' is packed by a filter that is not known"),
        (lossy_filter, "/X: 'scaleoffset' is packed by a filter that is not known"),
        (deep, "parts more than 16 deep"),
        (many, "has more than 10,000 parts"),
        (no_text, "is not a name but a path, or not UTF-8"),
    ],
)
def test_what_is_hostile_is_refused_by_name_and_nothing_of_it_is_read(tmp_path, make, problem):
    secret = tmp_path / "secret"
    secret.write_bytes(b"0123456789")
    secret.chmod(0)
    with h5py.File(tmp_path / "x.h5ad", "w") as file:
        make(file, secret)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(InputFaults, match=problem), hdf5.opened(tmp_path / "x.h5ad"):
        pytest.fail("it was opened")
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 100_000  # kilobytes
    assert sorted(path.name for path in tmp_path.iterdir()) == ["secret", "x.h5ad"]


def test_all_that_is_wrong_is_told_together(tmp_path):
    with h5py.File(tmp_path / "x.h5ad", "w") as file:
        soft_link(file, None)
        virtual(file, tmp_path / "other")
    with pytest.raises(InputFaults) as found, hdf5.opened(tmp_path / "x.h5ad"):
        pass
    assert [one.field for one in found.value.faults] == ["/X", "/deep/down/X"]


@pytest.mark.parametrize("packed", [None, "gzip", "lzf"])
def test_what_anndata_writes_is_opened(tmp_path, packed):
    with h5py.File(tmp_path / "x.h5ad", "w") as file:
        chunks = (10, 5) if packed else None
        data = np.arange(1000.0).reshape(100, 10)
        file.create_dataset("layers/counts", data=data, chunks=chunks, compression=packed, shuffle=bool(packed))
        file["twice"] = file["layers/counts"]
    with hdf5.opened(tmp_path / "x.h5ad") as file:
        assert file["layers/counts"][99, 9] == 999


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"", "is empty"),
        (b"gene\ta\nTP53\t1\n", "is not an HDF5 file"),
        (b"\x1f\x8b\x08\x00" + bytes(20), "is a gzip file. Unpack it"),
        (hdf5.SIGNATURE + bytes(50), "is damaged or cut off"),
    ],
)
def test_what_is_no_hdf5_file_is_refused(tmp_path, content, problem):
    (tmp_path / "x.h5ad").write_bytes(content)
    with pytest.raises(InputFaults, match=problem), hdf5.opened(tmp_path / "x.h5ad"):
        pass


def test_a_missing_file_is_refused(tmp_path):
    with pytest.raises(InputFaults, match="does not exist"), hdf5.opened(tmp_path / "x.h5ad"):
        pass


def test_damage_is_a_fault_and_never_a_traceback(tmp_path):
    with h5py.File(tmp_path / "x.h5ad", "w") as file:
        file.create_dataset("obs/donor/codes", data=np.arange(50))
        file.create_dataset("X", data=np.arange(100.0).reshape(10, 10), compression="gzip")
    whole = (tmp_path / "x.h5ad").read_bytes()
    chance, refused = random.Random(1), 0
    for trial in range(200):
        content = bytearray(whole)
        for _ in range(1 + trial % 4):
            content[chance.randrange(len(content))] = chance.randrange(256)
        (tmp_path / "y.h5ad").write_bytes(content[: chance.randrange(len(content))] if trial % 5 == 0 else content)
        try:
            with hdf5.opened(tmp_path / "y.h5ad"):
                pass
        except InputFaults:
            refused += 1
    assert refused > 40
