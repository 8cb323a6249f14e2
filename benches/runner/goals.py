LINEAR = {}


def pass_fail(o, server, contestants, chosen):
    return []


def table(measured, counted, extra, contestants):
    pass
