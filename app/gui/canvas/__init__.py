"""The images on the screen: films, levels, marks and the tools that draw them."""
