"""The decision as production runs it: graph -> score -> reasons -> policy -> action. Needs numpy and msgspec only."""
