"""The hash tree over a head's blocks."""

import pytest

from keys.loop.hashes import Tree, depth_of, root_by


def blocks_of(count):
    return [bytes([number]) * 20 for number in range(count)]


@pytest.mark.parametrize("count", [1, 2, 3, 4, 5, 8, 17, 255])
def test_each_block_leads_by_its_path_to_the_root(count):
    blocks = blocks_of(count)
    tree = Tree(blocks, 1)
    for number, block in enumerate(blocks):
        assert len(tree.path(number)) == 16 * depth_of(count)
        assert root_by(block, number, tree.path(number), 1, count) == tree.root


def test_another_block_other_numbers_or_another_path_does_not():
    blocks = blocks_of(5)
    tree = Tree(blocks, 1)
    assert root_by(b"forged", 2, tree.path(2), 1, 5) != tree.root
    assert root_by(blocks[2], 3, tree.path(2), 1, 5) != tree.root
    assert root_by(blocks[2], 2, tree.path(3), 1, 5) != tree.root
    assert root_by(blocks[2], 2, tree.path(2), 2, 5) != tree.root
    assert root_by(blocks[2], 2, tree.path(2), 1, 6) != tree.root


def test_a_node_cannot_be_passed_off_as_a_block():
    blocks = blocks_of(4)
    tree = Tree(blocks, 1)
    node = tree._levels[0][0] + tree._levels[0][1]
    assert root_by(node, 0, tree._levels[1][1], 1, 4) != tree.root
