"""What runs inside people's own kernels (Python 3.8 or newer, standard library only).

The data lake server sends the text of these modules; a kernel's environment need not know this
package. Relative imports only, so that they work under either name.
"""
