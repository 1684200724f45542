from django.db.models import CASCADE, SET_NULL


def inline_goes_standalone_stays(collector, field, sub_objs, using):
    """Deletes inline scratch sessions with their AISession and unlinks standalone ones.

    A plain SET_NULL would leave inline rows without the session that the database demands of them.
    """
    from script_builder.models import Origin

    inline = sub_objs.filter(origin=Origin.PILOT_INLINE)
    if inline:
        CASCADE(collector, field, inline, using)
    standalone = sub_objs.exclude(origin=Origin.PILOT_INLINE)
    if standalone:
        SET_NULL(collector, field, standalone, using)
