"""Table and field numbers inside the additional data of every sealed value (format f1).

A number is part of the ciphertext for ever: never change one, never use one twice.
"""

ENTRY, REVISION, USER, VISIT, PLACE, WISH, CHECK_IN = 1, 2, 3, 4, 5, 6, 7
IMPORT = 8
DEVICE = 9
EVENT = 20

ENTRY_BODY, ENTRY_TITLE = 1, 2
REVISION_BODY = 1
USER_NAME, USER_CHILD_WORD, USER_CALL = 1, 2, 3
VISIT_CHOICES = 1
PLACE_CHOICES, PLACE_BOX = 1, 2
WISH_TEXT = 1
CHECK_IN_ANSWERS = 1
IMPORT_NAME = 1
DEVICE_WHAT = 1
EVENT_ABOUT = 1
