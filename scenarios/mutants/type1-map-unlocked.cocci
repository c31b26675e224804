// SPDX-License-Identifier: GPL-2.0-only
// mutant: VFIO_IOMMU_MAP_DMA does not take iommu->lock
// stands for: class: a tree is walked under a lock and changed without it
// file: drivers/vfio/vfio_iommu_type1.c
// kill: dma-map-vs-unmap

@@
identifier iommu;
@@
 vfio_dma_do_map(struct vfio_iommu *iommu, ...)
 {
 <...
-mutex_lock(&iommu->lock);
 ...>
 }
@@
identifier iommu;
@@
 vfio_dma_do_map(struct vfio_iommu *iommu, ...)
 {
 <...
-mutex_unlock(&iommu->lock);
 ...>
 }
