"""The first files of a project: the brief, and the pipeline that checks what was promised."""
