"""Block-cut trees against networkx, which finds the same by walking every simple path."""

from __future__ import annotations

import networkx as nx
from hypothesis import given
from hypothesis import strategies as st

from segc.graph.blocks import BlockTree

EDGES = st.integers(2, 9).flatmap(
    lambda count: st.tuples(
        st.just(count),
        st.lists(st.tuples(st.integers(0, count - 1), st.integers(0, count - 1)), max_size=14),
    )
)


def graph_of(count: int, edges: list[tuple[int, int]]) -> nx.Graph[int]:
    """The same graph for networkx."""
    graph: nx.Graph[int] = nx.Graph()
    graph.add_nodes_from(range(count))
    graph.add_edges_from(edge for edge in edges if edge[0] != edge[1])
    return graph


@given(EDGES)
def test_a_vertex_is_between_two_if_a_simple_path_holds_it(drawn: tuple[int, list[tuple[int, int]]]) -> None:
    """The blocks on the way hold exactly the vertices of all loop-free paths."""
    count, edges = drawn
    tree, graph = BlockTree(count, edges), graph_of(count, edges)
    for a in range(count):
        for b in range(count):
            if a != b:
                walked = {vertex for path in nx.all_simple_paths(graph, a, b) for vertex in path}
                found = {vertex for block in tree.between(a, b) for vertex in tree.members[block]}
                assert found == walked
                assert tree.joined(a, b) == bool(walked)


@given(EDGES)
def test_the_first_block_tells_by_which_edges_a_vertex_can_be_left(drawn: tuple[int, list[tuple[int, int]]]) -> None:
    """An edge leads to a goal, never coming back, exactly if it lies in the first block of the way."""
    count, edges = drawn
    tree, graph = BlockTree(count, edges), graph_of(count, edges)
    for start in range(count):
        rest = graph.copy()
        rest.remove_node(start)
        for goal in range(count):
            if goal == start:
                continue
            block = tree.first_block(start, goal)
            by_tree = {near for near in graph[start] if tree.block_of_edge[frozenset((start, near))] == block}
            assert by_tree == {near for near in graph[start] if nx.has_path(rest, near, goal)}


def test_a_mesh_of_ten_by_ten_is_one_block() -> None:
    """Paths in it cannot be counted, let alone walked; the tree does not try."""
    crossings = {(x, y): 10 * x + y for x in range(10) for y in range(10)}
    pairs = [(at, (at[0] + dx, at[1] + dy)) for at in crossings for dx, dy in ((0, 1), (1, 0))]
    edges: list[tuple[int, int]] = []
    for number, (a, b) in enumerate((p for p in pairs if p[1] in crossings), start=100):
        edges += [(crossings[a], number), (number, crossings[b])]
    tree = BlockTree(100 + len(edges) // 2, edges)
    assert [len(tree.members[block]) for block in tree.between(0, 99)] == [100 + len(edges) // 2]
