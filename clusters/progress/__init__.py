"""How far the cascade has come: figures by place, subject, level and school year, kept up as things happen."""
