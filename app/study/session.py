"""One sitting of one reader: what comes next, what is locked, what is revealed, and what is recorded.

INTERFACE SKETCH (being implemented): the methods, their order and the snapshot are fixed.

    REQUESTED --displayed()--> READING --submit()--> BETWEEN --open_next()--> REQUESTED ...
    sequential mode: READING --lock()--> LOCKED --reveal()--> AI --submit()--> BETWEEN
    pause()/resume() from READING and AI; finish() from BETWEEN
"""
