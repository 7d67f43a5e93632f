class Imports:
    NAME, SHORT, LONG = "imports", 0, 0
    def __init__(self, root, work, seed): pass
    def prepare(self): pass
    def close(self): pass
