"""The pod: the namespaces that hold all programs of a hosted session, and their first process.

When that process ends, whatever way, the kernel ends everything in the pod. It has nothing but the standard library.
"""
